#pragma once

#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "common/os/files.h"

namespace bench {

// A file that lines are appended to, each in one write(2). Opened once; made if need be.
class AppendedFile {
 public:
  static absl::StatusOr<AppendedFile> Open(const std::string& path);
  void Append(const std::string& text) const;
  void Truncate() const;
  // As log rotation does: the old file goes, and lines go to a new one.
  void Replace();

 private:
  AppendedFile(std::string path, UniqueFd fd) : path_(std::move(path)), fd_(std::move(fd)) {}

  std::string path_;
  UniqueFd fd_;
};

}  // namespace bench
