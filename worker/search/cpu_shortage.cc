#include "worker/search/cpu_shortage.h"

#include <algorithm>
#include <cstddef>

#include "common/stats/quantile.h"

namespace bench {
namespace {

// A sensor that is at its limit is not at it in every moment of a trial.
constexpr double kFullShare = 0.85;
constexpr double kManyThrottledPeriods = 0.5;
constexpr double kFewThrottledPeriods = 0.05;

}  // namespace

CpuUse CpuUseOf(const TrialMeasurement& trial) {
  return {.cores = trial.cpu_cores,
          .throttled_ratio = trial.cpu_throttled_ratio,
          .max_thread_cores = trial.max_thread_cores,
          .runqueue_wait_ratio = trial.runqueue_wait_ratio};
}

CpuShortage FindCpuShortage(const CpuUse& use, int32_t cpu_millis) {
  const double limit_cores = cpu_millis / 1000.0;
  const bool full_thread = use.max_thread_cores >= kFullShare;
  const bool below_limit = cpu_millis == 0 || (use.max_thread_cores < limit_cores &&
                                               use.throttled_ratio < kFewThrottledPeriods);
  if (full_thread && below_limit) return CpuShortage::kOneThread;
  if (cpu_millis > 0 &&
      (use.cores >= kFullShare * limit_cores || use.throttled_ratio >= kManyThrottledPeriods)) {
    return CpuShortage::kLimit;
  }
  if (full_thread) return CpuShortage::kOneThread;
  if (use.runqueue_wait_ratio >= kMuchWaiting &&
      use.max_thread_cores + use.runqueue_wait_ratio >= kFullShare) {
    return CpuShortage::kOthers;
  }
  return CpuShortage::kNone;
}

double UsualWait(const std::vector<double>& waits) {
  constexpr size_t kLast = 3;
  std::vector<double> last(kLast, 0);
  const size_t known = std::min(kLast, waits.size());
  std::copy(waits.end() - static_cast<std::ptrdiff_t>(known), waits.end(), last.begin());
  return Median(last);
}

}  // namespace bench
