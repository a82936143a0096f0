#pragma once

#include <functional>
#include <thread>

#include "absl/synchronization/notification.h"
#include "absl/time/time.h"

namespace bench {

// Calls a function at an interval, at once the first time, in a thread of its own, until it is
// destroyed. No signal is delivered to the thread.
class PollThread {
 public:
  PollThread(absl::Duration interval, std::function<void()> poll);
  ~PollThread();
  PollThread(const PollThread&) = delete;
  PollThread& operator=(const PollThread&) = delete;

 private:
  absl::Notification stop_;
  std::thread thread_;  // last: all above is ready when it starts
};

}  // namespace bench
