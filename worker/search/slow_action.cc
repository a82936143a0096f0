#include "worker/search/slow_action.h"

namespace bench {
namespace {

constexpr double kHalf = 0.5;
constexpr double kManyTimes = 4;
constexpr double kQuickUs = 20;  // what takes less is no slow disk

}  // namespace

std::optional<SlowAction> FindSlowAction(const std::vector<ActionTime>& times,
                                         double achieved_syscalls_per_sec) {
  double time_us = 0;
  double syscalls = 0;
  const ActionTime* slowest = nullptr;
  for (const ActionTime& each : times) {
    time_us += each.per_cycle * each.mean_us;
    syscalls += each.per_cycle * each.syscalls;
    if (slowest == nullptr ||
        each.per_cycle * each.mean_us > slowest->per_cycle * slowest->mean_us) {
      slowest = &each;
    }
  }
  if (slowest == nullptr || time_us <= 0) return std::nullopt;
  const double its_us = slowest->per_cycle * slowest->mean_us;
  const double its_syscalls = slowest->per_cycle * slowest->syscalls;
  const double other_us = time_us - its_us;
  const double other_syscalls = syscalls - its_syscalls;
  // A generator that is denied its CPU makes a few runs endless, of whatever it runs most.
  if (slowest->mean_us < kQuickUs || slowest->median_us < kQuickUs || its_us < kHalf * time_us ||
      its_syscalls <= 0 || other_us <= 0 || other_syscalls <= 0 ||
      its_us / its_syscalls < kManyTimes * other_us / other_syscalls) {
    return std::nullopt;
  }
  return SlowAction{.action = slowest->action,
                    .mean_us = slowest->mean_us,
                    .time_share = its_us / time_us,
                    .syscalls_per_sec_without = achieved_syscalls_per_sec *
                                                (other_syscalls / other_us) / (syscalls / time_us)};
}

}  // namespace bench
