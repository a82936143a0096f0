// Alerts on their way to standard output.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/status.h"

namespace bench::sensor {

// Holds lines until they are worth a write. Never blocks: where the reader is slow the lines stay,
// and the caller stops taking events (so that the backlog is seen where it belongs, in the ring
// buffer and in the lag). Not thread-safe.
class AlertWriter {
 public:
  // `fd` stays the caller's; pipes, files, terminals and sockets will do.
  explicit AlertWriter(int fd) : fd_(fd) {}

  // Where the next line is appended; call Appended afterwards.
  std::string& buffer() { return buffer_; }
  void Appended(int64_t now_ns) {
    if (oldest_ns_ == 0) oldest_ns_ = now_ns;
  }

  // Whether something has waited too long or there is too much of it.
  bool IsDue(int64_t now_ns) const;
  // More is held than a caller should add to.
  bool IsFull() const;
  bool empty() const { return written_ == buffer_.size(); }

  // Writes what the reader takes within `wait_ms`. An error says that nobody reads any more.
  absl::Status Flush(int wait_ms);

 private:
  void DropWritten();

  int fd_;
  std::string buffer_;
  size_t written_ = 0;     // bytes at the front that are out
  int64_t oldest_ns_ = 0;  // when the oldest unwritten line came; 0 = none
};

}  // namespace bench::sensor
