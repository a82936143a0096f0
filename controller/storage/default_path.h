#pragma once

#include <string>

#include "absl/status/statusor.h"

namespace bench {

// $XDG_DATA_HOME/falco-bench/bench.db, or ~/.local/share/falco-bench/bench.db; its directories are
// created. Errors say to name a file with --db.
absl::StatusOr<std::string> DefaultDatabasePath();

}  // namespace bench
