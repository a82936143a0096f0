#include "worker/load/generator_process.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <ctime>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "common/status/status_macros.h"

namespace bench {
namespace {

// A write to a pipe whose reader has died raises SIGPIPE, which would end a program that doesn't
// ignore it: here it is an error like any other.
ssize_t WriteWithoutSigpipe(int fd, const std::string& text) {
  sigset_t sigpipe;
  sigset_t pending;
  sigset_t old;
  sigemptyset(&sigpipe);
  sigaddset(&sigpipe, SIGPIPE);
  sigpending(&pending);
  const bool was_pending = sigismember(&pending, SIGPIPE) == 1;
  pthread_sigmask(SIG_BLOCK, &sigpipe, &old);
  const ssize_t written = write(fd, text.data(), text.size());
  const int error = errno;
  if (written < 0 && error == EPIPE && !was_pending) {
    const timespec at_once = {};
    sigtimedwait(&sigpipe, nullptr, &at_once);
  }
  pthread_sigmask(SIG_SETMASK, &old, nullptr);
  errno = error;
  return written;
}

// "error CODE TEXT" back into a status.
absl::Status ErrorOf(absl::string_view line) {
  const std::vector<absl::string_view> parts = absl::StrSplit(line, absl::MaxSplits(' ', 2));
  int code = 0;
  if (parts.size() == 3 && parts[0] == "error" && absl::SimpleAtoi(parts[1], &code) && code != 0) {
    return absl::Status(static_cast<absl::StatusCode>(code), parts[2]);
  }
  return absl::InternalError(absl::StrCat("unexpected words from a generator: \"", line, "\""));
}

}  // namespace

GeneratorProcess::GeneratorProcess(ChildProcess child, SharedStats stats, int index)
    : child_(std::move(child)), stats_(std::move(stats)), index_(index) {}

absl::StatusOr<GeneratorProcess> GeneratorProcess::Spawn(const std::string& program,
                                                         GeneratorOptions options,
                                                         const std::vector<int>& cpus) {
  BENCH_ASSIGN_OR_RETURN(SharedStats stats, SharedStats::Create());
  options.stats_fd = stats.fd();
  SpawnOptions spawn;
  spawn.argv = ToArguments(program, options);
  spawn.pipe_stdin = true;
  spawn.pipe_stdout = true;
  spawn.cpus = cpus;
  spawn.inherit_fds = {stats.fd()};
  BENCH_ASSIGN_OR_RETURN(ChildProcess child, ChildProcess::Spawn(spawn));
  return GeneratorProcess(std::move(child), std::move(stats), options.process);
}

absl::Status GeneratorProcess::AwaitReady(absl::Time deadline) {
  BENCH_ASSIGN_OR_RETURN(const std::string line, ReadLine(deadline));
  return line == "ready" ? absl::OkStatus() : ErrorOf(line);
}

absl::Status GeneratorProcess::Start(int64_t start_ns) {
  const std::string line = absl::StrCat("start ", start_ns, "\n");
  if (WriteWithoutSigpipe(child_.stdin_fd().get(), line) < 0) {
    return ErrnoStatus(absl::StrCat("generator ", index_, " (pid ", pid(), ") took no start"),
                       errno);
  }
  return absl::OkStatus();
}

void GeneratorProcess::RequestLoadEnd() {
  if (!child_.Poll()) child_.Signal(kLoadEndSignal).IgnoreError();
}

void GeneratorProcess::RequestStop() {
  // Either would do; together they also reach one that reads its start line just now.
  if (!child_.Poll()) child_.Signal(SIGTERM).IgnoreError();
  child_.stdin_fd().Reset();
}

absl::Status GeneratorProcess::Reap(absl::Time deadline) {
  const absl::Duration left = std::max(absl::ZeroDuration(), deadline - absl::Now());
  const auto state = child_.Wait(left);
  if (!state.ok()) {
    child_.Terminate(absl::ZeroDuration());
    return absl::DeadlineExceededError(absl::StrCat("generator ", index_, " (pid ", pid(),
                                                    ") did not end in time and was killed"));
  }
  return !state->signaled && state->code == 0 ? absl::OkStatus() : DiedStatus(*state);
}

absl::StatusOr<std::string> GeneratorProcess::ReadLine(absl::Time deadline) {
  for (;;) {
    if (const size_t end = unread_.find('\n'); end != std::string::npos) {
      std::string line = unread_.substr(0, end);
      unread_.erase(0, end + 1);
      return line;
    }
    const int64_t left_ms = absl::ToInt64Milliseconds(deadline - absl::Now());
    pollfd wait = {.fd = child_.stdout_fd().get(), .events = POLLIN, .revents = 0};
    const int ready = poll(&wait, 1, static_cast<int>(std::max<int64_t>(0, left_ms)));
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) {
      return absl::DeadlineExceededError(
          absl::StrCat("generator ", index_, " (pid ", pid(), ") did not get ready in time"));
    }
    std::array<char, 4096> buffer;
    const ssize_t n = read(child_.stdout_fd().get(), buffer.data(), buffer.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) {
      const auto state = child_.Wait(absl::Seconds(1));
      return state.ok() ? DiedStatus(*state) : state.status();
    }
    unread_.append(buffer.data(), static_cast<size_t>(n));
  }
}

absl::Status GeneratorProcess::DiedStatus(const ExitState& state) const {
  return absl::AbortedError(
      absl::StrCat("generator ", index_, " (pid ", pid(), ") died: ", state.ToString()));
}

}  // namespace bench
