#include "controller/storage/default_path.h"

#include <pwd.h>
#include <unistd.h>

#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "common/os/files.h"
#include "common/status/status_macros.h"

namespace bench {
namespace {

std::string HomeDirectory() {
  const char* home = std::getenv("HOME");
  if (home != nullptr && home[0] == '/') return home;
  const passwd* user = getpwuid(geteuid());
  return user == nullptr || user->pw_dir == nullptr ? "" : user->pw_dir;
}

}  // namespace

absl::StatusOr<std::string> DefaultDatabasePath() {
  std::string data;
  const char* xdg = std::getenv("XDG_DATA_HOME");
  if (xdg != nullptr && xdg[0] == '/') {
    data = xdg;
  } else {
    std::string home = HomeDirectory();
    if (home.empty()) {
      return absl::FailedPreconditionError(
          "there is no home directory to keep the database in: name a file with --db");
    }
    data = absl::StrCat(home, "/.local/share");
  }
  std::string directory = absl::StrCat(data, "/falco-bench");
  absl::Status made = MakeDirectories(directory);
  if (!made.ok()) {
    return absl::Status(made.code(), absl::StrCat(made.message(), ": name another file with --db"));
  }
  return absl::StrCat(directory, "/bench.db");
}

}  // namespace bench
