#include "worker/falco/metrics_interval.h"

#include <algorithm>
#include <cstddef>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"

namespace bench {

std::optional<absl::Duration> ParseMetricsInterval(absl::string_view text) {
  struct Unit {
    absl::string_view name;
    absl::Duration length;
  };
  // Their order is the one in which they may stand.
  static constexpr Unit kUnits[] = {{"y", absl::Hours(365 * 24)}, {"w", absl::Hours(7 * 24)},
                                    {"d", absl::Hours(24)},       {"h", absl::Hours(1)},
                                    {"m", absl::Minutes(1)},      {"s", absl::Seconds(1)},
                                    {"ms", absl::Milliseconds(1)}};

  int32_t milliseconds = 0;
  if (absl::SimpleAtoi(text, &milliseconds)) return absl::Milliseconds(milliseconds);
  absl::Duration interval;
  const Unit* next = std::begin(kUnits);
  while (!text.empty()) {
    const size_t digits =
        std::find_if_not(text.begin(), text.end(), absl::ascii_isdigit) - text.begin();
    int32_t count = 0;
    if (!absl::SimpleAtoi(text.substr(0, digits), &count)) return std::nullopt;
    text.remove_prefix(digits);
    const size_t letters =
        std::find_if(text.begin(), text.end(), absl::ascii_isdigit) - text.begin();
    const absl::string_view name = text.substr(0, letters);
    next = std::find_if(next, std::end(kUnits),
                        [name](const Unit& unit) { return unit.name == name; });
    if (next == std::end(kUnits)) return std::nullopt;
    interval += count * next->length;
    text.remove_prefix(letters);
    ++next;
  }
  if (interval == absl::ZeroDuration()) return std::nullopt;
  return interval;
}

}  // namespace bench
