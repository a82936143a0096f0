#include "worker/feeds/poll_thread.h"

#include <utility>

#include "worker/falco/quiet_thread.h"

namespace bench {

PollThread::PollThread(absl::Duration interval, std::function<void()> poll)
    : thread_(StartQuietThread([this, interval, poll = std::move(poll)] {
        do {
          poll();
        } while (!stop_.WaitForNotificationWithTimeout(interval));
      })) {}

PollThread::~PollThread() {
  stop_.Notify();
  thread_.join();
}

}  // namespace bench
