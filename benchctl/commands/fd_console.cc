#include "benchctl/commands/fd_console.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/os/files.h"

namespace bench {
namespace {

absl::Status WriteAll(int fd, absl::string_view text, absl::string_view what) {
  while (!text.empty()) {
    ssize_t n = write(fd, text.data(), text.size());
    if (n < 0) {
      if (errno == EINTR) continue;
      if (errno == EPIPE) return absl::OkStatus();
      return ErrnoStatus(absl::StrCat("writing to ", what), errno);
    }
    text.remove_prefix(static_cast<size_t>(n));
  }
  return absl::OkStatus();
}

}  // namespace

FdConsole::FdConsole(int out_fd, int err_fd)
    : out_fd_(out_fd),
      err_fd_(err_fd),
      out_is_terminal_(isatty(out_fd) == 1),
      err_is_terminal_(isatty(err_fd) == 1) {}

FdConsole::~FdConsole() {
  SetLiveBlock({});
}

int FdConsole::err_width() const {
  constexpr int kUsual = 80;
  winsize size = {};
  if (ioctl(err_fd_, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return kUsual;
  return size.ws_col;
}

std::string FdConsole::EraseBlock() const {
  if (block_.empty()) return "";
  return absl::StrCat("\r\x1b[", block_.size(), "A\x1b[J");  // up to its first line, clear below
}

std::string FdConsole::BlockText() const {
  return block_.empty() ? "" : absl::StrCat(absl::StrJoin(block_, "\n"), "\n");
}

absl::Status FdConsole::Out(absl::string_view text) {
  absl::MutexLock lock(&mutex_);
  // Both may be the same terminal.
  if (!block_.empty()) (void)WriteAll(err_fd_, EraseBlock(), "stderr");
  absl::Status written = WriteAll(out_fd_, text, "stdout");
  if (!block_.empty()) (void)WriteAll(err_fd_, BlockText(), "stderr");
  return written;
}

// What can't be written to stderr can't be told to anybody: errors are ignored.
void FdConsole::ErrLine(absl::string_view line) {
  absl::MutexLock lock(&mutex_);
  (void)WriteAll(err_fd_, absl::StrCat(EraseBlock(), line, "\n", BlockText()), "stderr");
}

void FdConsole::SetLiveBlock(const std::vector<std::string>& lines) {
  absl::MutexLock lock(&mutex_);
  if (!err_is_terminal_ || (lines.empty() && block_.empty())) return;
  std::string erase = EraseBlock();
  block_ = lines;
  (void)WriteAll(err_fd_, absl::StrCat(erase, BlockText()), "stderr");
}

}  // namespace bench
