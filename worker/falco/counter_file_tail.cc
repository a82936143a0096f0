#include "worker/falco/counter_file_tail.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace bench {

namespace {

// Of the head that is remembered. The first line tells the time, or what was counted by then: a
// file that was truncated begins with another one.
constexpr size_t kHeadBytes = 1024;

size_t ReadAt(int fd, off_t offset, char* into, size_t size) {
  size_t done = 0;
  while (done < size) {
    const ssize_t n = pread(fd, into + done, size - done, offset + static_cast<off_t>(done));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) break;
    done += static_cast<size_t>(n);
  }
  return done;
}

}  // namespace

CounterFileTail::CounterFileTail(std::string path, From from, const std::string& open_as)
    : path_(std::move(path)), buffer_(size_t{64} << 10) {
  if (open_as.empty() && from == From::kStart) return;
  if (Open(open_as.empty() ? path_ : open_as) && from == From::kEnd) SkipToEnd();
}

void CounterFileTail::Poll(LineSplitter::Sink sink) {
  if (!fd_.valid() && !Open(path_)) return;
  struct stat now = {};
  if (fstat(fd_.get(), &now) == 0 && (now.st_size < offset_ || !BeginsAsBefore())) BeginAnew();
  ReadToEnd(sink);
  if (!WasReplaced()) return;
  // Its writer may have finished the old one since we read that.
  ReadToEnd(sink);
  if (Open(path_)) ReadToEnd(sink);
}

bool CounterFileTail::Open(const std::string& path) {
  // A pipe or a terminal would hold us up, and has no end to begin from.
  fd_.Reset(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat opened = {};
  if (fd_.valid() && (fstat(fd_.get(), &opened) != 0 || !S_ISREG(opened.st_mode))) fd_.Reset();
  BeginAnew();
  return fd_.valid();
}

void CounterFileTail::SkipToEnd() {
  struct stat now = {};
  if (fstat(fd_.get(), &now) != 0) return;
  head_.resize(std::min(kHeadBytes, static_cast<size_t>(now.st_size)));
  head_.resize(ReadAt(fd_.get(), 0, head_.data(), head_.size()));
  offset_ = now.st_size;
}

bool CounterFileTail::BeginsAsBefore() const {
  std::string begins(head_.size(), '\0');
  return ReadAt(fd_.get(), 0, begins.data(), begins.size()) == head_.size() && begins == head_;
}

void CounterFileTail::BeginAnew() {
  offset_ = 0;
  head_.clear();
  splitter_.Reset();
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
    // The offset is the head's length until that is complete.
    head_.append(buffer_.data(), std::min(static_cast<size_t>(n), kHeadBytes - head_.size()));
    offset_ += n;
    splitter_.Feed(absl::string_view(buffer_.data(), static_cast<size_t>(n)), sink);
  }
}

}  // namespace bench
