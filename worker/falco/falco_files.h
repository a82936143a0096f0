// The files that Falco is configured by.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "worker/falco/falco_version.h"

namespace bench {

// Each in the order in which Falco loads them, a directory by its files' names.
struct FalcoFiles {
  std::vector<std::string> config;  // the main file, then those of its `config_files`
  std::vector<std::string> rules;   // those of `rules_files`, as main and included files merge
};

// What this release makes of the main file `config`. Entries that don't exist are left out, as
// Falco leaves them out. INVALID_ARGUMENT if a file can't be read or is no YAML: Falco won't start.
absl::StatusOr<FalcoFiles> ListFalcoFiles(const std::string& config, const FalcoVersion& version);

// A file, or the regular files of a directory in the order of their names; nothing if neither.
std::vector<std::string> RegularFilesAt(const std::string& path);

}  // namespace bench
