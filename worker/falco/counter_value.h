// What a counter's value, as a sensor writes it, counts as.
#pragma once

#include <cstdint>

#include "absl/strings/string_view.h"
#include "simdjson.h"

namespace bench {

// Counters are never negative: what is below zero or no number at all counts as 0, what is too
// large as the largest that is. In JSON a number may also stand in a string. Pure.
int64_t ToCount(double value);
int64_t ToCount(absl::string_view text);
int64_t ToCount(const simdjson::dom::element& element);
double ToDouble(const simdjson::dom::element& element);

// Stays at the largest count instead of overflowing.
int64_t AddCounts(int64_t a, int64_t b);

}  // namespace bench
