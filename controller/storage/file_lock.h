#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "common/os/files.h"

namespace bench {

// Held by the one process that schedules the work of a database; others may only read. The lock is
// the kernel's: it ends with its process, however that ends. The file that carries it stays.
class FileLock {
 public:
  // ALREADY_EXISTS, naming the process, if another one (or another part of this one) holds it.
  static absl::StatusOr<FileLock> Acquire(const std::string& path);

 private:
  explicit FileLock(UniqueFd fd) : fd_(std::move(fd)) {}
  UniqueFd fd_;
};

}  // namespace bench
