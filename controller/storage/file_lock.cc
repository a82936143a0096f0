#include "controller/storage/file_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace bench {

absl::StatusOr<FileLock> FileLock::Acquire(const std::string& path) {
  UniqueFd fd(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
  if (!fd.valid()) return ErrnoStatus(absl::StrCat("open ", path), errno);
  if (flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return ErrnoStatus(absl::StrCat("lock ", path), errno);
    absl::StatusOr<std::string> holder = ReadFile(path);
    return absl::AlreadyExistsError(absl::StrCat(
        "process ", holder.ok() ? absl::StripAsciiWhitespace(*holder) : "?", " holds ", path));
  }
  // For the message above, of a process that comes later; the lock doesn't depend on it.
  std::string pid = absl::StrCat(getpid(), "\n");
  if (ftruncate(fd.get(), 0) != 0 || pwrite(fd.get(), pid.data(), pid.size(), 0) < 0) {
    return ErrnoStatus(absl::StrCat("write ", path), errno);
  }
  return FileLock(std::move(fd));
}

}  // namespace bench
