#include "worker/falco/rule_files.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/os/files.h"
#include "common/status/status_macros.h"

namespace bench {
namespace {

namespace fs = std::filesystem;

// By their names alone.
bool IsBelow(const fs::path& file, const fs::path& directory) {
  return std::mismatch(directory.begin(), directory.end(), file.begin(), file.end()).first ==
         directory.end();
}

absl::Status NotAllowed(const std::string& name, const std::vector<std::string>& allowed_dirs) {
  return absl::PermissionDeniedError(
      absl::StrCat("rules: ", name, " is not in a folder that this worker takes rules from (",
                   absl::StrJoin(allowed_dirs, ", "),
                   "): put it there, or start bench-worker with --rules-dir"));
}

absl::StatusOr<std::string> Resolve(const std::string& name,
                                    const std::vector<std::string>& allowed_dirs) {
  // First by its name, so that nobody learns here what is elsewhere on this host.
  const fs::path named = fs::path(name).lexically_normal();
  if (std::none_of(allowed_dirs.begin(), allowed_dirs.end(), [&named](const std::string& allowed) {
        return IsBelow(named, fs::path(allowed).lexically_normal());
      })) {
    return NotAllowed(name, allowed_dirs);
  }
  std::error_code error;
  const fs::path file = fs::canonical(named, error);
  if (error) {
    return absl::NotFoundError(absl::StrCat("rules: ", name, ": ", error.message(),
                                            "; it must be there on the host of the sensor"));
  }
  // Then by where its links lead.
  if (std::none_of(allowed_dirs.begin(), allowed_dirs.end(), [&file](const std::string& allowed) {
        std::error_code none;
        const fs::path directory = fs::canonical(allowed, none);
        return !none && IsBelow(file, directory);
      })) {
    return NotAllowed(name, allowed_dirs);
  }
  if (file.extension() != ".yaml" && file.extension() != ".yml") {
    return absl::InvalidArgumentError(
        absl::StrCat("rules: ", name, " is no .yaml or .yml file: Falco would pass it over"));
  }
  if (!fs::is_regular_file(file, error)) {
    return absl::InvalidArgumentError(absl::StrCat("rules: ", name, " is not a regular file"));
  }
  if (access(file.c_str(), R_OK) != 0) {
    return Annotate(ErrnoStatus(name, errno), "rules: it can't be read");
  }
  return file.string();
}

}  // namespace

absl::StatusOr<std::vector<std::string>> ResolveRuleFiles(
    const std::vector<std::string>& files, const std::vector<std::string>& allowed_dirs) {
  std::vector<std::string> resolved;
  resolved.reserve(files.size());
  for (const std::string& file : files) {
    BENCH_ASSIGN_OR_RETURN(resolved.emplace_back(), Resolve(file, allowed_dirs));
  }
  return resolved;
}

}  // namespace bench
