#include "controller/scheduler/hints.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>

namespace bench {
namespace {

constexpr int32_t kOneCoreMillis = 1000;

// Of one core, in thousandths: what a single-threaded engine can use of a limit.
int32_t UsableMillis(int32_t cpu_millis) {
  return cpu_millis == 0 ? kOneCoreMillis : std::min(cpu_millis, kOneCoreMillis);
}

double CpuRatio(int32_t to, int32_t from) {
  return static_cast<double>(UsableMillis(to)) / UsableMillis(from);
}

// 0 = the same; "no limit" is far from any limit.
double Distance(int64_t a, int64_t b) {
  if (a == b) return 0;
  if (a == 0 || b == 0) return std::numeric_limits<double>::max();
  return std::abs(std::log(static_cast<double>(a) / static_cast<double>(b)));
}

}  // namespace

std::vector<double> ChooseHints(int32_t cpu_millis, int64_t memory_bytes,
                                const SensorSettings& settings, std::vector<KnownRate> known,
                                size_t max_hints) {
  auto rank = [&](const KnownRate& rate) {
    bool same_cell = rate.cpu_millis == cpu_millis && rate.memory_bytes == memory_bytes;
    return std::make_tuple(rate.source != HintSource::kEarlierAttempt, !same_cell, rate.source,
                           std::abs(std::log(CpuRatio(cpu_millis, rate.cpu_millis))),
                           Distance(rate.memory_bytes, memory_bytes));
  };
  known.erase(std::remove_if(known.begin(), known.end(),
                             [&settings](const KnownRate& rate) {
                               return !std::isfinite(rate.syscalls_per_sec) ||
                                      rate.syscalls_per_sec <= 0 || rate.settings != settings;
                             }),
              known.end());
  std::stable_sort(known.begin(), known.end(),
                   [&](const KnownRate& a, const KnownRate& b) { return rank(a) < rank(b); });
  std::vector<double> hints;
  for (const KnownRate& rate : known) {
    if (hints.size() == max_hints) break;
    hints.push_back(rate.syscalls_per_sec * CpuRatio(cpu_millis, rate.cpu_millis));
  }
  return hints;
}

double RateOfEarlierAttempt(const std::vector<KnownTrial>& trials) {
  double lowest_bad = std::numeric_limits<double>::infinity();
  for (const KnownTrial& trial : trials) {
    if (trial.bad && trial.syscalls_per_sec > 0) {
      lowest_bad = std::min(lowest_bad, trial.syscalls_per_sec);
    }
  }
  double highest_clean = 0;
  for (const KnownTrial& trial : trials) {
    if (!trial.bad && trial.syscalls_per_sec < lowest_bad) {
      highest_clean = std::max(highest_clean, trial.syscalls_per_sec);
    }
  }
  if (std::isinf(lowest_bad)) return highest_clean;
  return highest_clean > 0 ? std::sqrt(highest_clean * lowest_bad) : lowest_bad;
}

}  // namespace bench
