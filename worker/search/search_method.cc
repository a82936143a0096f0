#include "worker/search/search_method.h"

#include <algorithm>
#include <cmath>

namespace bench {

absl::string_view VerdictName(Verdict verdict) {
  switch (verdict) {
    case Verdict::kSustainable:
      return "SUSTAINABLE";
    case Verdict::kGeneratorBound:
      return "GENERATOR_BOUND";
    case Verdict::kOutOfMemory:
      return "OUT_OF_MEMORY";
    case Verdict::kBelowMinimum:
      return "BELOW_MINIMUM";
    case Verdict::kUnstable:
      return "UNSTABLE";
    case Verdict::kTimedOut:
      return "TIMED_OUT";
    case Verdict::kNoisyHost:
      return "NOISY_HOST";
    case Verdict::kInfeasible:
      return "INFEASIBLE";
    case Verdict::kFailed:
      return "FAILED";
  }
  return "UNKNOWN";
}

double SearchOptions::Clamped(double syscalls_per_sec) const {
  return std::clamp(std::round(syscalls_per_sec), min_syscalls_per_sec, max_syscalls_per_sec);
}

TrialOutcome MakeTrialOutcome(const TrialMeasurement& trial, const Judgement& judgement,
                              double sensor_cpu_share) {
  return {.request = trial.request,
          .judgement = judgement,
          .achieved_syscalls_per_sec = trial.achieved_syscalls_per_sec,
          .sensor_cpu_share = sensor_cpu_share,
          .achieved_actions_per_sec = trial.achieved_actions_per_sec,
          .drops = trial.drops,
          .alerts_received = trial.alerts_received,
          .alerts_expected = trial.alerts_expected,
          .oom_killed = trial.oom_killed,
          .sensor_cpu_cores = trial.cpu_cores};
}

}  // namespace bench
