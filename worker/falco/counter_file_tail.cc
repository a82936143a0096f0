#include "worker/falco/counter_file_tail.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace bench {

CounterFileTail::CounterFileTail(std::string path, From from)
    : path_(std::move(path)), buffer_(size_t{64} << 10) {
  struct stat now = {};
  if (from == From::kEnd && Open() && fstat(fd_.get(), &now) == 0) offset_ = now.st_size;
}

void CounterFileTail::Poll(LineSplitter::Sink sink) {
  if (!fd_.valid() && !Open()) return;
  struct stat now = {};
  if (fstat(fd_.get(), &now) == 0 && now.st_size < offset_) {  // truncated
    offset_ = 0;
    splitter_.Reset();
  }
  ReadToEnd(sink);
  if (WasReplaced() && Open()) ReadToEnd(sink);
}

bool CounterFileTail::Open() {
  // A pipe or a terminal would hold us up, and has no end to begin from.
  fd_.Reset(open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat opened = {};
  if (fd_.valid() && (fstat(fd_.get(), &opened) != 0 || !S_ISREG(opened.st_mode))) fd_.Reset();
  offset_ = 0;
  splitter_.Reset();
  return fd_.valid();
}

bool CounterFileTail::WasReplaced() const {
  struct stat ours = {};
  struct stat named = {};
  if (fstat(fd_.get(), &ours) != 0 || stat(path_.c_str(), &named) != 0) return false;
  return named.st_size > 0 && (ours.st_ino != named.st_ino || ours.st_dev != named.st_dev);
}

void CounterFileTail::ReadToEnd(LineSplitter::Sink sink) {
  for (;;) {
    const ssize_t n = pread(fd_.get(), buffer_.data(), buffer_.size(), offset_);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return;
    offset_ += n;
    splitter_.Feed(absl::string_view(buffer_.data(), static_cast<size_t>(n)), sink);
  }
}

}  // namespace bench
