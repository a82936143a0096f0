#pragma once

#include <string>
#include <vector>

#include "worker/falco/falco_arguments.h"
#include "worker/falco/falco_version.h"
#include "worker/falco/merged_config.h"

namespace bench {

// What a Falco is configured by, as it names its files; each list in the order in which it loads
// them, a directory by its files' names.
struct FalcoFiles {
  std::vector<std::string> config;
  std::vector<std::string> rules;
};

// Entries that don't exist are left out, as Falco leaves them out. Looks into the directories below
// `root`, from `cwd`, see ReadFilesBelow.
FalcoFiles ListFalcoFiles(const MergedConfig& merged, const FalcoArguments& arguments,
                          const FalcoVersion& version, const std::string& root,
                          const std::string& cwd = "");

}  // namespace bench
