#include "worker/rounds/round_plan.h"

#include <algorithm>

#include "worker/search/search_method.h"

namespace bench {

std::optional<TrialRequest> RoundPlan::Next() {
  const absl::Duration left = options_.total - planned_;
  const bool some = planned_ > absl::ZeroDuration();
  if (ended_ || left <= absl::ZeroDuration() || (some && left < options_.round / 10)) {
    return std::nullopt;
  }
  TrialRequest request;
  request.phase = TrialPhase::kRound;
  request.may_stop_early = false;
  request.duration = std::min(options_.round, left);
  planned_ += request.duration;
  if (options_.syscalls_per_sec > 0) {
    request.syscalls_per_sec = options_.syscalls_per_sec;
    return request;
  }
  request.sleep_between_actions = sleep_;
  // Nothing makes that many: the generator falls behind, and says what it could.
  if (sleep_ == absl::ZeroDuration()) {
    request.syscalls_per_sec = SearchOptions().max_syscalls_per_sec;
  }
  if (options_.halve_sleep) {
    ended_ = sleep_ == absl::ZeroDuration();
    sleep_ /= 2;
    if (sleep_ < kShortestSleep) sleep_ = absl::ZeroDuration();
  }
  return request;
}

}  // namespace bench
