#include "worker/feeds/poll_thread.h"

#include <csignal>
#include <utility>

namespace bench {

std::thread StartQuietThread(std::function<void()> run) {
  sigset_t all;
  sigset_t old;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &old);
  std::thread thread(std::move(run));
  pthread_sigmask(SIG_SETMASK, &old, nullptr);
  return thread;
}

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
