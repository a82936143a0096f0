// A search asks for trials and is told their judgements, until it knows the answer. Pure: no
// clock, no I/O; time comes in as an argument. Not thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "worker/search/judge.h"
#include "worker/search/measurement.h"

namespace bench {

enum class Verdict {
  kSustainable,
  kGeneratorBound,
  kOutOfMemory,
  kBelowMinimum,
  kUnstable,
  kTimedOut,
  kNoisyHost,
  kInfeasible,
  kFailed,
};

absl::string_view VerdictName(Verdict verdict);  // "SUSTAINABLE", …

// In SearchResult::flags.
inline constexpr absl::string_view kFlagSoftEdge = "SOFT_EDGE";      // a zone of mixed answers
inline constexpr absl::string_view kFlagOutputLoss = "OUTPUT_LOSS";  // alerts lost without drops
inline constexpr absl::string_view kFlagOtherDrops = "OTHER_DROPS";  // drops the load didn't cause
inline constexpr absl::string_view kFlagOomAbove = "OOM_ABOVE";      // `upper` killed the sensor
inline constexpr absl::string_view kFlagDiesAbove = "DIES_ABOVE";    // not by its memory limit
inline constexpr absl::string_view kFlagVoidTrials = "VOID_TRIALS";  // some were disturbed
inline constexpr absl::string_view kFlagIdleDrops = "IDLE_DROPS";    // the host drops at idle
inline constexpr absl::string_view kFlagMaxRate = "MAX_RATE";  // good at the highest allowed rate

struct SearchOptions {
  double precision = 0.05;                            // upper / sustainable - 1 to reach
  absl::Duration round_duration = absl::Seconds(10);  // of a deciding trial
  absl::Duration ramp_duration = absl::Seconds(3);
  absl::Duration time_budget = absl::Minutes(10);  // TIMED_OUT beyond it
  double min_syscalls_per_sec = 1000;
  double max_syscalls_per_sec = 20e6;
  double hint_syscalls_per_sec = 0;  // where to start; 0 = unknown. Never a bound.
  // Where no alert tells the lag, a ring of this many syscalls hides an overload until it is full:
  // trials last long enough to fill it. 0 = the lag is known.
  double ring_syscalls = 0;

  // Whole, and within the lowest and the highest rate.
  double Clamped(double syscalls_per_sec) const;
};

// What a search keeps of a trial.
struct TrialOutcome {
  TrialRequest request;
  Judgement judgement;
  double achieved_syscalls_per_sec = 0;
  double sensor_cpu_share = 0;  // of its limit (or of one core without one): steers the ramp
  // For --method doubling, which stops at the first drop whatever the judge thinks of it.
  double achieved_actions_per_sec = 0;
  int64_t drops = 0;
  int64_t alerts_received = 0;
  double alerts_expected = 0;
  bool oom_killed = false;  // of class OOM: by its memory limit, and not by itself
  double sensor_cpu_cores = 0;
};

// The one place that fills it.
TrialOutcome MakeTrialOutcome(const TrialMeasurement& trial, const Judgement& judgement,
                              double sensor_cpu_share);

struct SearchResult {
  Verdict verdict = Verdict::kFailed;
  double sustainable_syscalls_per_sec = 0;  // the highest accepted rate that was really tried
  double upper_syscalls_per_sec = 0;  // the lowest rejected rate that was really tried; 0: none
  int confirmed_trials = 0;           // good trials at `sustainable`
  std::vector<std::string> flags;
  std::string message;
  // The method's own account, oldest first, grown by each Record(): for -v. Doubling writes here
  // what event-generator's bench prints.
  std::vector<std::string> report;
};

class SearchMethod {
 public:
  virtual ~SearchMethod() = default;
  // The next trial, or nullopt when the search has ended. `elapsed`: since the search began.
  // Asking again without Record() in between gives the same answer.
  virtual std::optional<TrialRequest> Next(absl::Duration elapsed) = 0;
  virtual void Record(const TrialOutcome& outcome) = 0;
  // Meaningful at any time: the best that is known so far, TIMED_OUT when ended by time.
  virtual SearchResult Result() const = 0;
  // The bracket so far, for the live view; 0 = not known.
  virtual double lower_syscalls_per_sec() const = 0;
  virtual double upper_syscalls_per_sec() const = 0;
};

}  // namespace bench
