// Small file operations that say in their errors which path and which errno. Thread-safe.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace bench {

// Owns a file descriptor.
class UniqueFd {
 public:
  UniqueFd() = default;
  explicit UniqueFd(int fd) : fd_(fd) {}
  UniqueFd(UniqueFd&& other) noexcept : fd_(other.Release()) {}
  UniqueFd& operator=(UniqueFd&& other) noexcept {
    if (this != &other) Reset(other.Release());
    return *this;
  }
  UniqueFd(const UniqueFd&) = delete;
  UniqueFd& operator=(const UniqueFd&) = delete;
  ~UniqueFd() { Reset(); }

  int get() const { return fd_; }
  bool valid() const { return fd_ >= 0; }
  int Release() {
    int fd = fd_;
    fd_ = -1;
    return fd;
  }
  void Reset(int fd = -1);

 private:
  int fd_ = -1;
};

// errno (or `error`) as a Status: "open /x: Permission denied".
absl::Status ErrnoStatus(absl::string_view what, int error);

// The whole file; meant for /proc, cgroups and small configuration files.
absl::StatusOr<std::string> ReadFile(const std::string& path);
// Writes in one write(2) to an existing file (cgroup knobs) or a new one of mode 0644.
absl::Status WriteFile(const std::string& path, absl::string_view content);
// Creates the directory and its missing parents with mode 0755.
absl::Status MakeDirectories(const std::string& path);
// A file, a link (not what it points to), or a directory with all that is in it. False: there was
// nothing.
absl::StatusOr<bool> RemoveTree(const std::string& path);
bool PathExists(const std::string& path);
// The directory of the running executable: where our other programs stand.
absl::StatusOr<std::string> ExecutableDirectory();

}  // namespace bench
