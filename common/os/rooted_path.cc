#include "common/os/rooted_path.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <filesystem>
#include <optional>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "common/os/files.h"

namespace bench {
namespace {

// As the kernel names what an O_PATH descriptor stands for.
std::string NameOf(const UniqueFd& opened) {
  std::error_code error;
  return std::filesystem::read_symlink(absl::StrCat("/proc/self/fd/", opened.get()), error)
      .string();
}

// `path` without links, as seen from the root; unset where it isn't there.
std::optional<std::string> Follow(const UniqueFd& root, const std::string& path) {
  open_how how = {};
  how.flags = O_PATH | O_CLOEXEC;
  how.resolve = RESOLVE_IN_ROOT;
  const UniqueFd found(
      static_cast<int>(syscall(SYS_openat2, root.get(), path.c_str(), &how, sizeof how)));
  if (!found.valid()) return std::nullopt;
  // A root that is no mount of its own stands before the names below it.
  const std::string name = NameOf(found);
  const std::string root_name = NameOf(root);
  return std::string(absl::StripPrefix(name, root_name == "/" ? "" : absl::string_view(root_name)));
}

}  // namespace

std::string PathBelowRoot(const std::string& root, const std::string& path) {
  if (root.empty()) return path;
  const UniqueFd opened(open(root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (opened.valid()) {
    if (const auto followed = Follow(opened, path)) return absl::StrCat(root, *followed);
    const std::filesystem::path named(path);
    if (const auto directory = Follow(opened, named.parent_path().string())) {
      return absl::StrCat(root, *directory == "/" ? "" : *directory, "/",
                          named.filename().string());
    }
  }
  return absl::StrCat(root, path);
}

}  // namespace bench
