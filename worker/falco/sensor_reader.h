// Takes in all that a sensor process says: alerts from its stdout, last words from its stderr,
// snapshots of its counters from its metrics file.
#pragma once

#include <cstddef>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "common/os/files.h"
#include "worker/falco/alert_inbox.h"
#include "worker/falco/counter_file_tail.h"
#include "worker/falco/counter_history.h"
#include "worker/falco/line_splitter.h"
#include "worker/falco/sensor.h"

namespace bench {

// One thread of its own, from construction until Stop. An alert that comes alone is read at once;
// of many in a row, each look takes what gathered in 5 ms, so that a flood costs few wake-ups:
// `received_at` is late by no more than that. The sensor is never held up: what nobody drains is
// counted and forgotten. All methods are thread-safe but Stop, which one thread calls.
class SensorReader {
 public:
  // `out` and `err` are the read ends of the sensor's pipes. `max_alerts`: see AlertInbox.
  // `parse_counters`: reads a line of the counter file.
  SensorReader(UniqueFd out, UniqueFd err, std::string counter_file,
               CounterLineParser parse_counters = ParseSnapshotLine,
               size_t max_alerts = size_t{500'000});
  ~SensorReader();
  SensorReader(const SensorReader&) = delete;
  SensorReader& operator=(const SensorReader&) = delete;

  // Reads what is left and ends the thread. Idempotent.
  void Stop();

  const CounterHistory& counters() const { return counters_; }
  AlertInbox& alerts() { return alerts_; }
  AlertIntake Intake() const;
  // The last 4 KiB of stderr, those in the pipe included.
  std::string LastWords() ABSL_LOCKS_EXCLUDED(words_mutex_);

 private:
  void Run();
  void WaitForSomething(absl::Duration timeout);
  bool StopRequested();
  bool ReadAlerts();
  void ReadCounters();
  void ReadWords() ABSL_EXCLUSIVE_LOCKS_REQUIRED(words_mutex_);

  // Used by the thread alone.
  UniqueFd out_;
  CounterFileTail tail_;
  const CounterLineParser parse_counters_;
  LineSplitter alert_lines_;
  std::vector<char> buffer_;

  UniqueFd stop_event_;  // an eventfd, readable once Stop is called
  CounterHistory counters_;
  AlertInbox alerts_;
  AlertFeeder feeder_{alerts_};  // of the thread

  absl::Mutex words_mutex_;
  UniqueFd err_ ABSL_GUARDED_BY(words_mutex_);
  std::string words_ ABSL_GUARDED_BY(words_mutex_);

  std::thread thread_;  // last: all above is ready when it starts
};

}  // namespace bench
