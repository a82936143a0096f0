// The latest snapshots of a sensor's counters, from whatever source, for whoever waits for one.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "worker/falco/sensor.h"

namespace bench {

// Thread-safe.
class CounterHistory {
 public:
  void Add(CounterReading reading) ABSL_LOCKS_EXCLUDED(mutex_);
  void AddUnreadable() ABSL_LOCKS_EXCLUDED(mutex_);

  std::optional<CounterReading> Latest() const ABSL_LOCKS_EXCLUDED(mutex_);
  // The first snapshot taken after `after`, waiting for it up to `timeout`.
  std::optional<CounterReading> FirstAfter(absl::Time after, absl::Duration timeout) const
      ABSL_LOCKS_EXCLUDED(mutex_);
  int64_t unreadable() const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  mutable absl::Mutex mutex_;
  mutable absl::CondVar changed_;
  std::deque<CounterReading> readings_ ABSL_GUARDED_BY(mutex_);  // the newest last
  int64_t unreadable_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace bench
