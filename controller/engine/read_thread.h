#pragma once

#include <deque>
#include <functional>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"

namespace bench {

// Runs queries one after the other, away from gRPC's threads and from the writer: a long one delays
// only other queries.
class ReadThread {
 public:
  ReadThread();
  ~ReadThread();

  // Thread-safe. After Stop nothing is run: returns false.
  bool Post(std::function<void()> query) ABSL_LOCKS_EXCLUDED(mutex_);
  // Does what was posted, then ends the thread. Idempotent; not to be called on the thread.
  void Stop() ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  void Loop();
  bool HasNews() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return stopping_ || !queue_.empty();
  }

  absl::Mutex mutex_;
  std::deque<std::function<void()>> queue_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace bench
