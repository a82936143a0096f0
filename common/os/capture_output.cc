#include "common/os/capture_output.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/os/clock.h"
#include "common/os/process.h"
#include "common/status/status_macros.h"

namespace bench {
namespace {

constexpr size_t kMaxOutputBytes = size_t{1} << 20;
constexpr size_t kMaxWordsBytes = 4096;

// Appends what is there; false at the end of the file.
bool ReadSome(int fd, std::string* text) {
  std::array<char, 4096> buffer;
  const ssize_t n = read(fd, buffer.data(), buffer.size());
  if (n > 0) text->append(buffer.data(), static_cast<size_t>(n));
  return n > 0 || (n < 0 && (errno == EINTR || errno == EAGAIN));
}

// Reads both streams until their ends; false when the time is up or there is too much of it.
bool ReadBoth(ChildProcess& child, absl::Duration deadline, std::string* out, std::string* words) {
  while (child.stdout_fd().valid() || child.stderr_fd().valid()) {
    const absl::Duration left = deadline - RealClock().Monotonic();
    if (left <= absl::ZeroDuration() || out->size() > kMaxOutputBytes) return false;
    std::array<pollfd, 2> fds = {{{.fd = child.stdout_fd().get(), .events = POLLIN},
                                  {.fd = child.stderr_fd().get(), .events = POLLIN}}};
    poll(fds.data(), fds.size(), static_cast<int>(absl::ToInt64Milliseconds(left)) + 1);
    if (fds[0].revents != 0 && !ReadSome(fds[0].fd, out)) child.stdout_fd().Reset();
    if (fds[1].revents != 0 && !ReadSome(fds[1].fd, words)) child.stderr_fd().Reset();
    if (words->size() > kMaxWordsBytes) words->erase(0, words->size() - kMaxWordsBytes);
  }
  return true;
}

}  // namespace

absl::StatusOr<std::string> CaptureOutput(const std::vector<std::string>& argv,
                                          absl::Duration timeout) {
  SpawnOptions options;
  options.argv = argv;
  options.pipe_stdout = true;
  options.pipe_stderr = true;
  BENCH_ASSIGN_OR_RETURN(ChildProcess child, ChildProcess::Spawn(options));
  const absl::Duration deadline = RealClock().Monotonic() + timeout;
  std::string out;
  std::string words;
  const std::string command = absl::StrJoin(argv, " ");
  if (!ReadBoth(child, deadline, &out, &words)) {
    return absl::DeadlineExceededError(absl::StrCat("\"", command, "\" did not end within ",
                                                    absl::FormatDuration(timeout),
                                                    "; run it by hand to see what it waits for"));
  }
  const absl::Duration left = deadline - RealClock().Monotonic();
  BENCH_ASSIGN_OR_RETURN(ExitState exit, child.Wait(std::max(left, absl::Milliseconds(100))));
  if (exit.signaled || exit.code != 0) {
    return absl::FailedPreconditionError(absl::StrCat("\"", command, "\" failed with ",
                                                      exit.ToString(), ": ",
                                                      absl::StripAsciiWhitespace(words)));
  }
  return out;
}

}  // namespace bench
