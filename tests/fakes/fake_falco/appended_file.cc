#include "tests/fakes/fake_falco/appended_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "absl/strings/str_cat.h"

namespace bench {
namespace {

constexpr mode_t kMode = 0644;

UniqueFd OpenToAppend(const std::string& path) {
  return UniqueFd(open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, kMode));
}

}  // namespace

absl::StatusOr<AppendedFile> AppendedFile::Open(const std::string& path) {
  UniqueFd fd = OpenToAppend(path);
  if (!fd.valid()) return ErrnoStatus(absl::StrCat("Error: failed to open ", path), errno);
  return AppendedFile(path, std::move(fd));
}

void AppendedFile::Append(const std::string& text) const {
  (void)!write(fd_.get(), text.data(), text.size());
}

void AppendedFile::Truncate() const {
  (void)!ftruncate(fd_.get(), 0);
}

void AppendedFile::Replace() {
  unlink(path_.c_str());
  fd_ = OpenToAppend(path_);
}

}  // namespace bench
