// Many seeded searches against the modelled sensor, and how true their answers were. No clock.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "worker/rig/sim_noise.h"

namespace bench {

struct StudyOptions {
  std::string method = "search";           // or doubling, bisection, rfc2544
  std::string noise = "typical";           // or quiet, nasty, vm
  double capacity_events_per_sec = 100e3;  // drawn log-uniformly within +-50% around it
  double ring_events = 150e3;
  int runs = 1000;
  uint64_t seed = 1;
  double precision = 0.05;
  int32_t cpu_millis = 1000;  // below 1000 the model's alerts are throttled as CFS would
  int repeat = 1;             // searches a run, of which the median counts
  double hint_error = -1;     // sd of a hint's log error; < 0: no hint
  double generator_max_syscalls_per_sec = 0;  // 0: far away
  double oom_at_syscalls_per_sec = 0;         // 0: never
  bool no_lag = false;                        // the profile makes no alerts, and no canaries
  double dip = 0;                             // this much less capacity at 60-75% of the edge
  double trend = 0;                           // of the capacity, over the first 150 s
  double time_budget_sec = 600;
  // What counts as true: `sustainable` / truth - 1 within these.
  double band_below = -0.07;
  double band_above = 0.02;
};

struct StudyResult {
  double median_sec = 0;  // a run's searches together: trials and the drains between them
  double p95_sec = 0;
  double median_trials = 0;
  int most_trials = 0;
  double in_band = 0;   // share of the runs whose `sustainable` is in the band around the truth
  double over = 0;      // above it
  double coverage = 0;  // share with the truth within [sustainable, upper]
  double median_error = 0;
  std::map<std::string, double> verdicts;  // share
  // Where the edge is a zone (vm) the truth is the share of bad trials among 200 fresh ones of 10
  // s.
  bool zone = false;
  double lo_ok = 0;           // at most 25% bad at `sustainable`
  double hi_ok = 0;           // at least 50% bad at `upper`
  double low_bad_share = 0;   // mean
  double high_bad_share = 0;  // mean
};

// INVALID_ARGUMENT for an unknown noise or method, or figures out of range.
absl::StatusOr<StudyResult> RunStudy(const StudyOptions& options);

}  // namespace bench
