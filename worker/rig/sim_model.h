// A sensor, its ring buffer and its load as a model: no clock, no I/O. A queue of at most
// `ring_events` is filled by the load and emptied at the sensor's capacity, both disturbed by
// noise; what doesn't fit is dropped, and an alert is late by the time its event waits in the
// queue.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/time/time.h"
#include "worker/rig/early_stop.h"
#include "worker/rig/lag_tracker.h"
#include "worker/rig/sim_noise.h"
#include "worker/search/measurement.h"

namespace bench {

struct SimModelOptions {
  double capacity_events_per_sec = 100e3;
  double ring_events = 150e3;
  // The load's mix.
  double events_per_syscall = 1;
  double actions_per_syscall = 0.015;  // 0: no actions; a filler call of two takes their place
  double alerts_per_syscall = 0.02;
  double canaries_per_sec = 0;  // alerts besides
  double generator_ceiling_syscalls_per_sec = 3e6;
  // The sensor's cost: `cores` at full capacity, growing with this power of the rate.
  double cores = 1;
  double cpu_exponent = 0.6;
  // CFS throttling makes an alert later by up to this, the more so the busier the sensor is.
  double throttle_allowance_ms = 0;
  double background_events_per_sec = 200;
  // The capacity grows with this power of the rate, as a sensor's cost per event falls the busier
  // it is: c(r) = c (r/c)^x, up to the busiest_gain. 0: a constant cost.
  double cost_falls_exponent = 0;
  double busiest_gain = 1.3;
  // Between these rates (syscalls/s) the capacity is only this share. 1: nowhere.
  double dip_from = 0;
  double dip_to = 0;
  double dip_share = 1;
  // The capacity changes by this share of itself over the first `trend_sec`; 0: it doesn't.
  double trend = 0;
  double trend_sec = 150;
  // Memory grows with the rate that is processed; beyond the limit the sensor is killed. 0: none.
  int64_t memory_limit_bytes = 0;
  int64_t base_memory_bytes = 48 << 20;
  double memory_bytes_per_event_per_sec = 64;
  // A trial is stopped when it has lost this much more than `max_loss` of all its events.
  double max_loss = 0;
  SimNoise noise;
  uint64_t seed = 1;
};

// Not thread-safe. One trial at a time: Begin, Step until it is over, Finish.
class SimModel {
 public:
  static constexpr absl::Duration kStep = absl::Milliseconds(100);

  explicit SimModel(const SimModelOptions& options);

  // Of the trials that begin from now on (see LateThresholdMs).
  void SetLateThreshold(double ms) { late_threshold_ms_ = ms; }

  void Begin(const TrialRequest& request);
  // One step of model time. False: the trial is over, and nothing was done.
  bool Step();
  // What the trial showed; `started_at` is left to the caller. The queue is empty afterwards.
  TrialMeasurement Finish();
  // All of it at once.
  TrialMeasurement RunTrial(const TrialRequest& request);

  const std::vector<TrialSample>& samples() const { return trial_.samples; }
  // Between this trial and the next: working off the backlog, settling, counters read.
  absl::Duration DrainTime() const { return drain_time_; }
  const SimModelOptions& options() const { return options_; }

 private:
  double OfferedSyscallsPerSec() const;
  // Of the trial that runs, events/s, with neither jitter nor stalls.
  double CapacityNow() const;
  void Wander(double seconds);
  void AddAlerts(double queue_before, double utilisation);
  void AddSample(double utilisation);
  double MaxDrops() const;  // that a trial may go on with; see EarlyStop

  const SimModelOptions options_;
  SimRandom random_;
  double late_threshold_ms_;
  double drift_ = 0;
  double wander_ = 0;
  double age_sec_ = 0;  // model time since the first trial, drains included
  absl::Duration drain_time_;

  // Of the trial that runs.
  TrialMeasurement trial_;
  std::optional<LagTracker> lag_;
  double offered_per_sec_ = 0;  // syscalls; what the generator really makes
  double elapsed_sec_ = 0;
  double queue_ = 0;  // events
  double events_ = 0;
  double drops_ = 0;
  double other_drops_ = 0;
  double alerts_owed_ = 0;  // fractions of alerts carry over to the next step
  double stall_left_ms_ = 0;
  double cpu_seconds_ = 0;
  std::optional<EarlyStop> early_stop_;
  bool dead_ = false;
};

}  // namespace bench
