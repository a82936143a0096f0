#include "worker/feeds/rotated_file.h"

#include <sys/stat.h>

#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace bench {
namespace {

namespace fs = std::filesystem;

bool SameFile(const struct stat& a, const struct stat& b) {
  return a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

bool SameDirectory(const std::string& a, const std::string& b) {
  struct stat of_a = {};
  struct stat of_b = {};
  return stat(a.c_str(), &of_a) == 0 && stat(b.c_str(), &of_b) == 0 && SameFile(of_a, of_b);
}

// The link's own permissions are those that the file was opened with.
bool IsOpenForWriting(const std::string& link, const struct stat& file) {
  struct stat own = {};
  return S_ISREG(file.st_mode) && lstat(link.c_str(), &own) == 0 && (own.st_mode & S_IWUSR) != 0;
}

// Where a process with a root directory of its own keeps it, as the path tells.
std::string RootOf(absl::string_view path, const std::string& process) {
  const std::string root = absl::StrCat(process, "/root");
  return absl::StartsWith(path, root + "/") ? root : "";
}

}  // namespace

bool IsRotatedName(absl::string_view original, absl::string_view name) {
  const size_t dot = original.rfind('.');
  const absl::string_view stem = original.substr(0, dot);  // all of it where there is no dot
  for (absl::string_view beginning : {original, stem}) {
    absl::string_view rest = name;
    if (beginning.empty() || !absl::ConsumePrefix(&rest, beginning) || rest.size() < 2) continue;
    if (beginning == original && (rest == ".old" || rest == ".bak")) return true;
    if ((rest[0] == '.' || rest[0] == '-' || rest[0] == '_') && absl::ascii_isdigit(rest[1])) {
      return true;
    }
  }
  return false;
}

std::optional<RotatedFile> FindRotatedFile(pid_t pid, const std::string& path,
                                           const std::string& proc) {
  struct stat at_path = {};
  const bool is_there = stat(path.c_str(), &at_path) == 0;
  if (is_there && at_path.st_size > 0) return std::nullopt;
  const std::string process = absl::StrCat(proc, "/", pid);
  const fs::path wanted(path);
  std::optional<RotatedFile> found;
  time_t last_written = 0;
  std::error_code error;
  fs::directory_iterator files(process + "/fd", error);
  for (; !error && files != fs::directory_iterator(); files.increment(error)) {
    const std::string link = files->path().string();
    struct stat open = {};
    if (stat(link.c_str(), &open) != 0 || !IsOpenForWriting(link, open)) continue;
    if (is_there && SameFile(open, at_path)) return std::nullopt;
    std::error_code unreadable;
    std::string target = fs::read_symlink(link, unreadable).string();
    const bool removed = absl::EndsWith(target, " (deleted)");
    const fs::path name(std::string(absl::StripSuffix(target, " (deleted)")));
    const bool as_before = removed && name.filename() == wanted.filename();
    if (!as_before && !IsRotatedName(wanted.filename().string(), name.filename().string()))
      continue;
    if (!SameDirectory(wanted.parent_path().string(),
                       RootOf(path, process) + name.parent_path().string())) {
      continue;
    }
    if (found && open.st_mtime <= last_written) continue;
    last_written = open.st_mtime;
    found = RotatedFile{.open_as = link, .name = std::move(target)};
  }
  return found;
}

}  // namespace bench
