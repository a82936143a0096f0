// The latest snapshots of a sensor's counters, from whatever source, for whoever waits for one.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "worker/falco/sensor.h"

namespace bench {

// Reads a line of a counter file: nullopt for what tells nothing, see ParseCounterLine and
// ParseStatsLine. `received_at` stands in where the line has no time of its own. Pure.
using CounterLineParser = absl::StatusOr<std::optional<CounterReading>> (*)(absl::string_view line,
                                                                            absl::Time received_at);
// ParseCounterLine as one.
absl::StatusOr<std::optional<CounterReading>> ParseSnapshotLine(absl::string_view line,
                                                                absl::Time received_at);

// Thread-safe.
class CounterHistory {
 public:
  // Where the source tells no start of its capture, a new one shows in a count that goes back, and
  // `reload_ts` gets the number of captures before it.
  void Add(CounterReading reading) ABSL_LOCKS_EXCLUDED(mutex_);
  void AddUnreadable() ABSL_LOCKS_EXCLUDED(mutex_);
  // What `parse` makes of a line that was received then.
  void AddLine(CounterLineParser parse, absl::string_view line, absl::Time received_at)
      ABSL_LOCKS_EXCLUDED(mutex_);

  std::optional<CounterReading> Latest() const ABSL_LOCKS_EXCLUDED(mutex_);
  // The first snapshot taken after `after`, waiting for it up to `timeout`.
  std::optional<CounterReading> FirstAfter(absl::Time after, absl::Duration timeout) const
      ABSL_LOCKS_EXCLUDED(mutex_);
  int64_t unreadable() const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  mutable absl::Mutex mutex_;
  mutable absl::CondVar changed_;
  std::deque<CounterReading> readings_ ABSL_GUARDED_BY(mutex_);  // the newest last
  int64_t captures_ ABSL_GUARDED_BY(mutex_) = 0;  // of a source that doesn't tell them apart
  int64_t unreadable_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace bench
