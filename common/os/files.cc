#include "common/os/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <filesystem>
#include <system_error>

#include "absl/strings/str_cat.h"

namespace bench {

void UniqueFd::Reset(int fd) {
  if (fd_ >= 0) close(fd_);
  fd_ = fd;
}

absl::Status ErrnoStatus(absl::string_view what, int error) {
  return absl::ErrnoToStatus(error, what);
}

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  UniqueFd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.valid()) return ErrnoStatus(absl::StrCat("open ", path), errno);
  std::string content;
  std::array<char, 16384> buffer;
  for (;;) {
    ssize_t n = read(fd.get(), buffer.data(), buffer.size());
    if (n < 0) {
      if (errno == EINTR) continue;
      return ErrnoStatus(absl::StrCat("read ", path), errno);
    }
    if (n == 0) return content;
    content.append(buffer.data(), static_cast<size_t>(n));
  }
}

absl::Status WriteFile(const std::string& path, absl::string_view content) {
  UniqueFd fd(open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
  if (!fd.valid()) return ErrnoStatus(absl::StrCat("open ", path), errno);
  ssize_t n = write(fd.get(), content.data(), content.size());
  if (n < 0) return ErrnoStatus(absl::StrCat("write ", path), errno);
  if (static_cast<size_t>(n) != content.size()) {
    return absl::DataLossError(
        absl::StrCat("write ", path, ": only ", n, " of ", content.size(), " bytes were taken"));
  }
  return absl::OkStatus();
}

absl::Status MakeDirectories(const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) return ErrnoStatus(absl::StrCat("mkdir ", path), error.value());
  return absl::OkStatus();
}

absl::StatusOr<bool> RemoveTree(const std::string& path) {
  std::error_code error;
  const std::uintmax_t removed = std::filesystem::remove_all(path, error);
  if (error == std::errc::not_a_directory) return false;  // a part of the path is a file
  if (error) return ErrnoStatus(absl::StrCat("remove ", path), error.value());
  return removed > 0;
}

bool PathExists(const std::string& path) {
  return access(path.c_str(), F_OK) == 0;
}

absl::StatusOr<std::string> ExecutableDirectory() {
  std::error_code error;
  std::filesystem::path exe = std::filesystem::read_symlink("/proc/self/exe", error);
  if (error) return ErrnoStatus("readlink /proc/self/exe", error.value());
  return exe.parent_path().string();
}

}  // namespace bench
