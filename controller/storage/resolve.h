#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "controller/storage/database.h"

namespace bench {

// The id in `table` that is `prefix` or the only one that begins with it. NOT_FOUND,
// INVALID_ARGUMENT if several do; both say what to do. `what`: "campaign", for the messages.
absl::StatusOr<std::string> ResolveId(Database& database, absl::string_view table,
                                      absl::string_view what, absl::string_view prefix);

}  // namespace bench
