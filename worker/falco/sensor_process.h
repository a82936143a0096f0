// Falco and the reference sensor as processes of ours.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "common/os/process.h"
#include "worker/falco/sensor.h"
#include "worker/falco/sensor_reader.h"

namespace bench {

inline constexpr absl::Duration kMinMetricsInterval = absl::Milliseconds(100);
// Counter files are STATE_DIR/falco-bench-metrics-<pid of ours>-<n>.jsonl. Start removes those of
// processes that are gone.
inline constexpr char kCounterFilePrefix[] = "falco-bench-metrics-";

// What there is to know about a sensor before it is started.
struct SensorProgram {
  std::string kind;
  std::string version;
  std::string driver;
  int64_t ring_bytes = 0;
  int cpus_per_ring = 0;
  SensorFacts facts;
  // The command line, argv[0] first, that writes counters into this file at this interval. Pure.
  std::function<std::vector<std::string>(const std::string& counter_file,
                                         absl::Duration metrics_interval)>
      command_line;
  CounterLineParser parse_counters = ParseSnapshotLine;  // of that file
  // What to try when it ended at its start with these last words; may be unset. Pure.
  std::function<std::string(absl::string_view last_words)> start_hint;
};

// May be started again after Stop, or after it ended by itself. Start is called on a thread that
// outlives the sensor (see ChildProcess); Start and Stop by one thread at a time; all else is
// thread-safe, also beside them. The destructor stops it.
class SensorProcess final : public Sensor {
 public:
  explicit SensorProcess(SensorProgram program) : program_(std::move(program)) {}
  ~SensorProcess() override;

  absl::string_view kind() const override { return program_.kind; }
  absl::string_view version() const override { return program_.version; }
  absl::string_view driver() const override { return program_.driver; }
  std::string command() const override;  // of the last start; empty before it
  int64_t ring_bytes() const override { return program_.ring_bytes; }
  int cpus_per_ring() const override { return program_.cpus_per_ring; }
  SensorFacts facts() const override { return program_.facts; }

  absl::Status Start(const SensorStartOptions& options) override;
  absl::Status WaitReady(absl::Duration timeout) override;
  pid_t pid() const override;  // of the last start, also when it has ended; -1 before it
  SensorExit Exit() override;
  absl::Status Stop() override;

  absl::StatusOr<CounterReading> LatestCounters() override;
  // FAILED_PRECONDITION if the sensor has ended, DEADLINE_EXCEEDED if nothing came.
  absl::StatusOr<CounterReading> CountersAfter(absl::Time after, absl::Duration timeout) override;
  void SetAlertMarker(const std::string& marker) override;
  std::vector<AlertRecord> DrainAlerts() override;
  AlertIntake Intake() override;

 private:
  // Shared, so that a caller beside Start or Stop keeps what it uses.
  std::shared_ptr<SensorReader> reader() const ABSL_LOCKS_EXCLUDED(mutex_);
  std::optional<ExitState> PollChild() ABSL_LOCKS_EXCLUDED(mutex_);
  bool WaitForEnd(absl::Duration timeout) ABSL_LOCKS_EXCLUDED(mutex_);
  void Kill(int signal_number) ABSL_LOCKS_EXCLUDED(mutex_);
  absl::Status EndedError();
  absl::Status WithStartHint(const absl::Status& status);

  const SensorProgram program_;
  mutable absl::Mutex mutex_;
  ChildProcess child_ ABSL_GUARDED_BY(mutex_);
  std::shared_ptr<SensorReader> reader_ ABSL_GUARDED_BY(mutex_);
  std::string command_ ABSL_GUARDED_BY(mutex_);
  std::string counter_file_ ABSL_GUARDED_BY(mutex_);
  std::string marker_ ABSL_GUARDED_BY(mutex_);  // holds over a restart
};

}  // namespace bench
