// Judges one trial. Pure: the same measurement gives the same judgement.
#pragma once

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "worker/search/measurement.h"

namespace bench {

enum class TrialClass { kGood, kNoise, kBad, kStrongBad, kGenerator, kOom, kVoid, kOutput };

absl::string_view TrialClassName(TrialClass trial_class);  // "GOOD", …

struct JudgeOptions {
  double precision = 0.05;  // the search's: a steeper lag slope than a third of it is overload
  double max_loss = 0;      // tolerated drops / events
  // What CFS throttling alone can add to an alert's lag, ms: one period less the quota's share.
  // 0 = the sensor has no CPU limit.
  double throttle_allowance_ms = 0;
  double baseline_lag_ms = 0;      // median at idle
  int64_t baseline_drops = 0;      // a host that drops at idle can't be judged by drops alone
};

struct Judgement {
  TrialClass trial_class = TrialClass::kGood;
  std::string reason;  // one clause with the figures: "lost 1.2% of the events (max 0%)"
  // The sensor's capacity in syscalls/s as this trial suggests, from drops or lag; unset when the
  // sensor was not overloaded. Steers the next rate, decides nothing.
  std::optional<double> capacity_syscalls_per_sec;
};

Judgement JudgeTrial(const TrialMeasurement& trial, const JudgeOptions& options);

}  // namespace bench
