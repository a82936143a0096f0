// Search methods by name. Pure.
#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "worker/search/search_method.h"

namespace bench {

// `name`: "search" (a curve fitted to all trials, both ends tried) or "doubling" (the published
// recipe). INVALID_ARGUMENT for another name or for options that make no search.
absl::StatusOr<std::unique_ptr<SearchMethod>> MakeSearchMethod(absl::string_view name,
                                                               const SearchOptions& options);

}  // namespace bench
