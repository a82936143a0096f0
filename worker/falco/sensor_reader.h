// Takes in all that a sensor process says: alerts from its stdout, last words from its stderr,
// snapshots of its counters from its metrics file.
#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "common/os/files.h"
#include "worker/falco/alert_line.h"
#include "worker/falco/counter_file_tail.h"
#include "worker/falco/line_splitter.h"
#include "worker/falco/sensor.h"

namespace bench {

// One thread of its own, from construction until Stop. An alert that comes alone is read at once;
// of many in a row, each look takes what gathered in 5 ms, so that a flood costs few wake-ups:
// `received_at` is late by no more than that. The sensor is never held up: what nobody drains is
// counted and forgotten. All methods are thread-safe but Stop, which one thread calls.
class SensorReader {
 public:
  // `out` and `err` are the read ends of the sensor's pipes. `max_alerts`: how many undrained
  // alerts to keep (about 110 bytes each); then the newest are dropped, so that what is kept is one
  // unbroken stretch of time.
  SensorReader(UniqueFd out, UniqueFd err, std::string counter_file,
               size_t max_alerts = size_t{500'000});
  ~SensorReader();
  SensorReader(const SensorReader&) = delete;
  SensorReader& operator=(const SensorReader&) = delete;

  // Reads what is left and ends the thread. Idempotent.
  void Stop();

  std::optional<CounterReading> Latest() const ABSL_LOCKS_EXCLUDED(mutex_);
  // The first snapshot taken after `after`, waiting for it up to `timeout`.
  std::optional<CounterReading> FirstAfter(absl::Time after, absl::Duration timeout) const
      ABSL_LOCKS_EXCLUDED(mutex_);

  void SetMarker(const std::string& marker) ABSL_LOCKS_EXCLUDED(mutex_);
  std::vector<AlertRecord> DrainAlerts() ABSL_LOCKS_EXCLUDED(mutex_);
  AlertIntake Intake() const ABSL_LOCKS_EXCLUDED(mutex_);
  // The last 4 KiB of stderr, those in the pipe included.
  std::string LastWords() ABSL_LOCKS_EXCLUDED(words_mutex_);

 private:
  void Run();
  void WaitForSomething(absl::Duration timeout);
  bool StopRequested();
  bool ReadAlerts() ABSL_LOCKS_EXCLUDED(mutex_);
  void TakeAlertLine(absl::string_view line, absl::Time received_at);
  void PublishAlerts() ABSL_LOCKS_EXCLUDED(mutex_);
  void ReadCounters() ABSL_LOCKS_EXCLUDED(mutex_);
  void ReadWords() ABSL_EXCLUSIVE_LOCKS_REQUIRED(words_mutex_);

  // Used by the thread alone.
  UniqueFd out_;
  CounterFileTail tail_;
  LineSplitter alert_lines_;
  AlertParser parser_;
  std::vector<char> buffer_;
  std::vector<AlertRecord> batch_;  // parsed, not yet published
  AlertIntake batch_intake_;

  UniqueFd stop_event_;  // an eventfd, readable once Stop is called
  const size_t max_alerts_;

  mutable absl::Mutex mutex_;
  mutable absl::CondVar counters_changed_;
  std::deque<CounterReading> history_ ABSL_GUARDED_BY(mutex_);  // the newest last
  std::vector<AlertRecord> alerts_ ABSL_GUARDED_BY(mutex_);
  AlertIntake intake_ ABSL_GUARDED_BY(mutex_);
  std::string marker_ ABSL_GUARDED_BY(mutex_);

  absl::Mutex words_mutex_;
  UniqueFd err_ ABSL_GUARDED_BY(words_mutex_);
  std::string words_ ABSL_GUARDED_BY(words_mutex_);

  std::thread thread_;  // last: all above is ready when it starts
};

}  // namespace bench
