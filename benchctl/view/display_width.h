// How many terminal columns a text takes, and cutting it to fit. Pure and thread-safe.
#pragma once

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace bench {

// Columns of UTF-8 text: 0 for combining marks and colour sequences, 2 for East Asian wide letters
// and emoji, otherwise 1. A byte that is no UTF-8 counts as one column.
size_t DisplayWidth(absl::string_view text);

// At most `columns` wide; what was cut shows as "~" in the last one. `text` has no colours.
std::string CutToWidth(absl::string_view text, size_t columns);

// Padded with spaces to at least `columns`.
std::string PadRight(absl::string_view text, size_t columns);
std::string PadLeft(absl::string_view text, size_t columns);

}  // namespace bench
