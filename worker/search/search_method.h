// A search asks for trials and is told their judgements, until it knows the answer. Pure: no
// clock, no I/O; time comes in as an argument. Not thread-safe.
#pragma once

#include <optional>
#include <string>
#include <vector>

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

struct SearchOptions {
  double precision = 0.05;                           // upper / sustainable - 1 to reach
  absl::Duration round_duration = absl::Seconds(10);  // of a deciding trial
  absl::Duration ramp_duration = absl::Seconds(3);
  absl::Duration time_budget = absl::Minutes(10);  // TIMED_OUT beyond it
  double min_syscalls_per_sec = 1000;
  double max_syscalls_per_sec = 20e6;
  double hint_syscalls_per_sec = 0;  // where to start; 0 = unknown. Never a bound.
};

// What a search keeps of a trial.
struct TrialOutcome {
  TrialRequest request;
  Judgement judgement;
  double achieved_syscalls_per_sec = 0;
  double sensor_cpu_share = 0;  // of its limit (or of one core without one): steers the ramp
};

struct SearchResult {
  Verdict verdict = Verdict::kFailed;
  double sustainable_syscalls_per_sec = 0;  // the highest accepted rate that was really tried
  double upper_syscalls_per_sec = 0;        // the lowest rejected rate that was really tried; 0: none
  int confirmed_trials = 0;  // good trials at `sustainable`
  std::vector<std::string> flags;
  std::string message;
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
