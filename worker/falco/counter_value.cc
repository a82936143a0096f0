#include "worker/falco/counter_value.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string_view>

#include "absl/strings/numbers.h"

namespace bench {
namespace {

constexpr int64_t kMax = std::numeric_limits<int64_t>::max();

double ToDouble(absl::string_view text) {
  double value = 0;
  return absl::SimpleAtod(text, &value) && std::isfinite(value) ? value : 0;
}

}  // namespace

int64_t ToCount(double value) {
  if (!(value > 0)) return 0;
  return value >= static_cast<double>(kMax) ? kMax : static_cast<int64_t>(value);
}

int64_t ToCount(absl::string_view text) {
  int64_t value = 0;  // first: a double is not exact above 2^53, and a time in ns is
  if (absl::SimpleAtoi(text, &value)) return std::max<int64_t>(value, 0);
  return ToCount(ToDouble(text));
}

double ToDouble(const simdjson::dom::element& element) {
  double value = 0;
  if (!element.get_double().get(value)) return value;  // also of integers
  std::string_view text;
  if (!element.get_string().get(text)) return ToDouble(absl::string_view(text.data(), text.size()));
  return 0;
}

int64_t ToCount(const simdjson::dom::element& element) {
  int64_t value = 0;
  if (!element.get_int64().get(value)) return std::max<int64_t>(value, 0);
  std::string_view text;
  if (!element.get_string().get(text)) return ToCount(absl::string_view(text.data(), text.size()));
  return ToCount(ToDouble(element));
}

int64_t AddCounts(int64_t a, int64_t b) {
  return a > kMax - b ? kMax : a + b;
}

}  // namespace bench
