#include "worker/sensor/app/alert_writer.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>

#include "common/os/files.h"

namespace bench::sensor {
namespace {

constexpr size_t kWorthAWrite = 64 << 10;
constexpr int64_t kMaxAgeNs = 2'000'000;

}  // namespace

bool AlertWriter::IsFull() const {
  return buffer_.size() - written_ >= kWorthAWrite;
}

bool AlertWriter::IsDue(int64_t now_ns) const {
  return !empty() && (IsFull() || now_ns - oldest_ns_ >= kMaxAgeNs);
}

void AlertWriter::DropWritten() {
  if (empty()) {
    buffer_.clear();
    oldest_ns_ = 0;
  } else if (written_ >= kWorthAWrite) {
    buffer_.erase(0, written_);
  } else {
    return;
  }
  written_ = 0;
}

absl::Status AlertWriter::Flush(int wait_ms) {
  absl::Status status;
  while (!empty()) {
    pollfd out{fd_, POLLOUT, 0};
    if (poll(&out, 1, wait_ms) <= 0) break;  // the reader is slow, or a signal came
    wait_ms = 0;
    // A writable pipe takes PIPE_BUF bytes without blocking, and may block for more.
    const size_t bytes = std::min<size_t>(buffer_.size() - written_, PIPE_BUF);
    const ssize_t n = write(fd_, buffer_.data() + written_, bytes);
    if (n < 0 && (errno == EINTR || errno == EAGAIN)) break;
    if (n < 0) {
      status = ErrnoStatus("write alerts to standard output", errno);
      break;
    }
    written_ += static_cast<size_t>(n);
  }
  DropWritten();
  return status;
}

}  // namespace bench::sensor
