#include "worker/falco/quiet_thread.h"

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

}  // namespace bench
