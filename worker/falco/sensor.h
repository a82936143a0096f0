// A sensor process and what it tells: counters and alerts. The real Falco and the reference sensor
// speak the same interfaces (metrics JSON lines in a file, JSON alerts on stdout), so one
// implementation serves both; see sensor_process.h.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "worker/falco/sensor_facts.h"

namespace bench {

// One snapshot of the sensor's counters; cumulative since it began to capture. The names of its
// metrics snapshots stand beside them; stats_line.h and prometheus_page.h say what the other
// sources tell.
struct CounterReading {
  absl::Time at;  // evt.time of the snapshot; of a source without it, when it was read
  absl::Time received_at;
  int64_t kernel_events = 0;     // scap.n_evts: what the driver saw, dropped ones included
  int64_t kernel_drops = 0;      // scap.n_drops_buffer_total: for a full ring buffer
  int64_t other_drops = 0;       // scap.n_drops less the above: not driven by load
  int64_t processed_events = 0;  // falco.num_evts
  int64_t rule_matches = 0;      // falco.rules.matches_total
  std::map<std::string, int64_t> matches_by_rule;  // falco.rules.<Name_with_underscores>
  int64_t output_queue_drops = 0;
  double memory_rss_mb = 0;
  // What the source has no word of is 0 above and false here.
  bool tells_processed = true;     // processed_events
  bool tells_rule_matches = true;  // rule_matches, matches_by_rule
  // Identify one capture: counters start over when either changes. 0 = not told.
  int64_t start_ts = 0;
  int64_t reload_ts = 0;
  int64_t sample = 0;
};

// What the adapter keeps of an alert.
struct AlertRecord {
  absl::Time event_time;   // `time` in the alert
  absl::Time received_at;  // when its line was read from the pipe
  std::string rule;
  bool of_marker = false;  // the marker set by SetAlertMarker stands in it
};

struct SensorStartOptions {
  std::vector<std::string> join_cgroup_procs;  // cgroup.procs files to start in
  std::vector<int> cpus;                       // affinity; empty = all
  absl::Duration metrics_interval = absl::Milliseconds(500);
  std::string state_dir;  // where its counter file goes; exists
};

struct SensorExit {
  bool exited = false;
  std::string description;  // "exit code 1", "killed by signal 9 (Killed)"
  std::string last_words;   // the tail of its stderr
};

// What became of the lines that the sensor printed; cumulative since its start.
struct AlertIntake {
  int64_t alerts = 0;            // handed to DrainAlerts
  int64_t internal_alerts = 0;   // the sensor about itself, e.g. its drop alert: never handed over
  int64_t lost_alerts = 0;       // nobody drained them in time
  int64_t unreadable_lines = 0;  // no alert, no snapshot, or longer than 1 MiB
};

// Thread-safe but for Start and Stop, which the owner calls from the thread that outlives the
// sensor (see ChildProcess).
class Sensor {
 public:
  virtual ~Sensor() = default;
  virtual absl::string_view kind() const = 0;     // "falco", "reference"
  virtual absl::string_view version() const = 0;  // known after construction
  virtual absl::string_view driver() const = 0;
  virtual std::string command() const = 0;  // the command line, for the manifest
  virtual int64_t ring_bytes() const = 0;   // of one ring buffer; 0 = unknown
  virtual int cpus_per_ring() const = 0;
  virtual SensorFacts facts() const { return {}; }

  // Starts the process and the readers of its counters and alerts.
  virtual absl::Status Start(const SensorStartOptions& options) = 0;
  // Until its counters move. FAILED_PRECONDITION with its last words if it exits,
  // DEADLINE_EXCEEDED if it hangs.
  virtual absl::Status WaitReady(absl::Duration timeout) = 0;
  virtual pid_t pid() const = 0;
  virtual SensorExit Exit() = 0;  // non-blocking
  // SIGTERM, then SIGKILL; its files are removed. Idempotent.
  virtual absl::Status Stop() = 0;

  // The newest snapshot; NOT_FOUND before the first one.
  virtual absl::StatusOr<CounterReading> LatestCounters() = 0;
  // The first snapshot taken after `after`, waiting for it up to `timeout`; keeps a quiet host
  // ticking meanwhile (a sensor may write a line only when an event arrives).
  virtual absl::StatusOr<CounterReading> CountersAfter(absl::Time after,
                                                       absl::Duration timeout) = 0;
  // Alerts whose text holds `marker` count as the trial's own from now on.
  virtual void SetAlertMarker(const std::string& marker) = 0;
  // The alerts received since the last call, oldest first; memory for some 500k is kept, then the
  // newest are counted as lost.
  virtual std::vector<AlertRecord> DrainAlerts() = 0;
  // False: no alert ever comes; what its rules matched, the counters tell.
  virtual bool tells_alerts() const { return true; }
  virtual AlertIntake Intake() { return {}; }
};

}  // namespace bench
