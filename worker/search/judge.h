// Judges one trial. Pure: the same measurement gives the same judgement.
//
// The order of the classes: OOM first; then what the sensor shows (STRONG_BAD, BAD), unless the
// host stalled long enough to explain it (VOID); then the generator (GENERATOR); then the output
// side. A trial with clear loss or backlog is bad for the sensor even when the generator fell short
// of the offered rate, and what is bad then is the *achieved* rate: the sensor lost events at no
// more than that. A shortfall without overload says nothing against the sensor, and is a lower
// bound only.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
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
  double baseline_lag_ms = 0;  // median at idle
  // Drops at idle, and over how long: a host that drops at idle can't be judged by drops alone, so
  // twice their rate, and never less than twice what one idle look showed, is allowed for.
  int64_t baseline_drops = 0;
  absl::Duration baseline_duration = absl::Seconds(10);
  // Events that the sensor's ring holds; 0 = unknown. One that is full makes its alerts late by as
  // long as the sensor takes for so many; a shallow one, by less than could be told.
  double ring_events = 0;
  // Syscalls that may wait in the sensor's ring unseen, where no alert tells the lag; 0 = it is
  // told.
  double ring_syscalls = 0;
  int32_t cpu_millis = 0;  // the sensor's limit; 0 = none
  // What the sensor waited for a CPU in the run's last trials (see UsualWait); unset = not known,
  // and no trial is void for a load that took the CPUs.
  std::optional<double> usual_wait;
};

struct Judgement {
  TrialClass trial_class = TrialClass::kGood;
  std::string reason;  // one clause with the figures: "lost 1.2% of the events (max 0%)"
  // The sensor's capacity in syscalls/s as this trial suggests, from drops or lag; unset when the
  // sensor was not overloaded. Steers the next rate, decides nothing.
  std::optional<double> capacity_syscalls_per_sec;
  // How far off that may be for what the trial could not see: sd of its logarithm.
  double capacity_doubt = 0;
};

// Drops that a trial of this length may have on a host that drops at idle.
double IdleDropsAllowed(const JudgeOptions& options, absl::Duration trial_duration);

// achieved / offered below this: the generator fell short.
inline constexpr double kGeneratorShortfall = 0.98;

Judgement JudgeTrial(const TrialMeasurement& trial, const JudgeOptions& options);

}  // namespace bench
