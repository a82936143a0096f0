// Which rule files a run may name. A path comes from whoever submits a sweep, perhaps far away;
// what Falco reads, it can tell in its last words, so that only folders of rules are open to it.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace bench {

// `files` with their links resolved, in their order, so that what was looked at is what Falco gets.
// Each must be a regular file that can be read, named .yaml or .yml, below one of `allowed_dirs`.
// NOT_FOUND, PERMISSION_DENIED or INVALID_ARGUMENT names the file and what would do.
absl::StatusOr<std::vector<std::string>> ResolveRuleFiles(
    const std::vector<std::string>& files, const std::vector<std::string>& allowed_dirs);

}  // namespace bench
