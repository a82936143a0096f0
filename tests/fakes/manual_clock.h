// Time that passes only when somebody sleeps.
#pragma once

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "common/os/clock.h"

namespace bench {

// Thread-safe.
class ManualClock : public Clock {
 public:
  absl::Time Now() override { return absl::UnixEpoch() + Monotonic(); }
  absl::Duration Monotonic() override {
    absl::MutexLock lock(&mutex_);
    return now_;
  }
  void Sleep(absl::Duration duration) override {
    absl::MutexLock lock(&mutex_);
    now_ += duration;
  }

 private:
  absl::Mutex mutex_;
  absl::Duration now_ ABSL_GUARDED_BY(mutex_) = absl::Hours(1);
};

}  // namespace bench
