// What one trial showed, as plain numbers: the rig fills it, the judge reads it. Pure data.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace bench {

enum class TrialPhase {
  kBaseline,
  kCalibration,
  kRamp,
  kBisection,
  kConfirmation,
  kDoubling,
  kRound
};

absl::string_view TrialPhaseName(TrialPhase phase);  // "RAMP", …

// A constant offered rate for some seconds.
struct TrialRequest {
  TrialPhase phase = TrialPhase::kRamp;
  double syscalls_per_sec = 0;
  absl::Duration duration;
  // event-generator's pacing for --method doubling: sleep this long between two actions instead of
  // keeping a schedule. Zero: open loop at syscalls_per_sec.
  absl::Duration sleep_between_actions;
  // No load for this long after the trial and before the next one, beside the usual draining.
  absl::Duration rest_after;
  // When it can only be bad any more. A round has its length, whatever it shows.
  bool may_stop_early = true;
};

// One reading inside a trial; counters are cumulative since the trial's start.
struct TrialSample {
  absl::Duration at;
  // When the sensor read its counters of events and drops: a throttled one tells them late.
  absl::Duration counted_at;
  int64_t events = 0;
  int64_t drops = 0;
  double lag_ms = -1;  // median of the alerts since the last sample; < 0: none came
  double cpu_cores = 0;
  int64_t memory_bytes = 0;
  int64_t issued_syscalls = 0;
  int64_t alerts = 0;
};

// The alerts' delays (received minus the event's own time), the first quarter of the trial left
// out. count == 0: the profile made no alerts, and nothing is known of the lag.
struct LagSummary {
  int64_t count = 0;
  double median_ms = 0;
  double p90_ms = 0;
  double p95_ms = 0;
  double peak_ms = 0;     // of the medians per 100 ms, so one odd alert does not make it
  double late_share = 0;  // alerts later than late_threshold_ms / count
  double late_threshold_ms = 0;
  // Least-squares line through the medians per 100 ms.
  double slope_ms_per_sec = 0;
  double slope_t_statistic = 0;
  double end_ms = 0;  // median of the last second
};

// How long an action of the load took, from a sample of its runs.
struct ActionTime {
  std::string action;
  double mean_us = 0;
  double median_us = 0;
  int per_cycle = 0;  // runs of it in a cycle of the mix
  int syscalls = 0;   // of one run
};

struct TrialMeasurement {
  TrialRequest request;
  absl::Time started_at;
  absl::Duration duration;  // of the load; shorter than asked for when stopped early
  bool stopped_early = false;

  // Load.
  double achieved_syscalls_per_sec = 0;
  double achieved_actions_per_sec = 0;
  double generator_cpu_cores = 0;  // all generator processes together
  double generator_max_lateness_ms = 0;
  std::vector<ActionTime> action_times;  // of those that were seen

  // Sensor: kernel-side counters over the trial, until its backlog was worked off.
  int64_t events = 0;  // dropped ones included
  int64_t drops = 0;   // for a full ring buffer only
  // Alerts that its output queue had no room for, where the sensor tells.
  int64_t output_queue_drops = 0;
  // The most that waited in the sensor's rings while many events were dropped: what these hold, as
  // far as the trial shows it. 0: it doesn't.
  int64_t ring_events_seen = 0;
  // Of the trial's own alerts, by its marker.
  int64_t alerts_received = 0;
  double alerts_expected = 0;  // by calibration
  LagSummary lag;
  bool oom_killed = false;
  bool sensor_restarted = false;  // its pid changed, its counters went back, or it exited
  std::string sensor_exit;        // how, if it exited
  // Somebody reloaded the sensor, restarted it or changed its limits meanwhile; "" = nobody did.
  std::string disturbance;

  // Cause, never the verdict.
  double cpu_cores = 0;
  double cpu_throttled_ratio = 0;
  double max_thread_cores = 0;
  // Share of the load's time in which its thread that waited longest was ready to run and had no
  // CPU, the time for which its own limit throttled it left out. Whoever had the CPU: another
  // process, the generator, or a thread of its own. 0 also where the kernel doesn't tell.
  double runqueue_wait_ratio = 0;
  int64_t peak_memory_bytes = 0;
  int64_t resident_bytes = 0;  // of the sensor itself, at the load's end; 0 = not known
  // Of the same, beyond what it had when it was last idle before any
  // trial of the run had late alerts.
  int64_t resident_growth_bytes = 0;

  // Host, by the stall probe: the longest time a real-time thread was not let run; 0 also where
  // none may be had.
  double host_max_stall_ms = 0;

  std::vector<TrialSample> samples;
};

}  // namespace bench
