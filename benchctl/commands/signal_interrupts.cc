#include "benchctl/commands/signal_interrupts.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <initializer_list>

#include "benchctl/commands/exit_code.h"
#include "common/os/files.h"

namespace bench {
namespace {

// What the handler touches: lock-free, and set before it is installed.
std::atomic<int> g_signals{0};
std::atomic<int> g_wake_fd{-1};
std::atomic<const char*> g_last_words{nullptr};

// Only async-signal-safe calls.
void OnSignal(int number) {
  // A closed terminal may send several of these; they are not the user's impatience.
  if (number == SIGHUP && g_signals.load() > 0) return;
  int saved_errno = errno;
  if (g_signals.fetch_add(1) > 0) {
    const char* words = g_last_words.load();
    ssize_t ignored = write(STDERR_FILENO, words, strlen(words));
    static_cast<void>(ignored);
    _exit(static_cast<int>(ExitCode::kInterrupted));
  }
  uint64_t one = 1;
  ssize_t ignored = write(g_wake_fd.load(), &one, sizeof(one));
  static_cast<void>(ignored);
  errno = saved_errno;
}

}  // namespace

absl::Status SignalInterrupts::Arm(const char* last_words) {
  int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (fd < 0) return ErrnoStatus("eventfd", errno);
  g_last_words = last_words;
  g_wake_fd = fd;  // lives as long as the process: the handler may run at any time
  struct sigaction action = {};
  action.sa_handler = OnSignal;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  for (int number : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction old = {};
    // One that was ignored at our start (nohup) stays ignored.
    if (sigaction(number, nullptr, &old) == 0 && old.sa_handler == SIG_IGN) continue;
    if (sigaction(number, &action, nullptr) != 0) return ErrnoStatus("sigaction", errno);
  }
  return absl::OkStatus();
}

bool SignalInterrupts::requested() const {
  return g_signals.load() > 0;
}

bool SignalInterrupts::WaitFor(absl::Duration duration) {
  // The event is never read, so after the first signal this would return at once: then it is only
  // a pause.
  pollfd wake = {.fd = requested() ? -1 : g_wake_fd.load(), .events = POLLIN, .revents = 0};
  int timeout_ms = static_cast<int>(std::max<int64_t>(0, absl::ToInt64Milliseconds(duration)));
  poll(&wake, 1, timeout_ms);
  return requested();
}

}  // namespace bench
