#pragma once

#include <optional>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace bench {

// "2026-11-22T09:13:46.772314796Z" or with an offset, "+01:00". Nothing for anything else. By hand,
// because absl::ParseTime takes most of a microsecond and each alert carries a time.
std::optional<absl::Time> ParseRfc3339(absl::string_view text);

}  // namespace bench
