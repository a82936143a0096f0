// What a Falco's files and command line come to, whatever it means.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "worker/falco/config_source.h"
#include "worker/falco/falco_arguments.h"
#include "worker/falco/falco_version.h"

namespace bench {

struct MergedConfig {
  // Scalars by their keys, the maps of maps flattened: "metrics.interval" -> "500ms".
  std::map<std::string, std::string> scalars;
  // The scalars of lists, by their keys likewise.
  std::map<std::string, std::vector<std::string>> lists;
  // What else lists hold, as one line of YAML each, its maps sorted by key.
  std::map<std::string, std::vector<std::string>> structures;
  // All that were read: the main file, then those that it includes, in their order.
  std::vector<std::string> files;
};

// As the release does it:
//   before 0.38    `config_files` is unknown.
//   0.38 to 0.40   `-o` changes the main file only; an included file replaces whole top-level keys.
//   since 0.41     `-o` comes last, but for its `config_files`. An included file replaces top-level
//                  keys and lengthens lists, or does as its `strategy` says: override, add-only.
// NOT_FOUND: no main file. INVALID_ARGUMENT names the file, and the line where it is no YAML.
absl::StatusOr<MergedConfig> MergeConfig(const FalcoArguments& arguments,
                                         const FalcoVersion& version, ConfigReader read);

// Those of the overrides ("key=value", no lists and no maps) that an included file has the better
// of, in their order.
std::vector<std::string> LostOverrides(const MergedConfig& merged,
                                       const std::vector<std::string>& overrides);

}  // namespace bench
