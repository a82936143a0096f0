// Quantities as users write them, and back. Parse errors name what was given and one that would do;
// the caller adds the flag's name. Pure and thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace bench {

// "500m" -> 500, "0.5" -> 500, "2" -> 2000, "none" -> 0 (no limit). At least 1m, at most 1024 CPUs.
absl::StatusOr<int32_t> ParseCpuMillis(absl::string_view text);

// "512Mi", "1Gi" (powers of 1024), "1G", "500M" (of 1000), plain bytes; "none" -> 0 (no limit).
absl::StatusOr<int64_t> ParseMemoryBytes(absl::string_view text);

// "250000", "250k", "1.5M": per second, > 0.
absl::StatusOr<double> ParseRatePerSec(absl::string_view text);

// "5%" -> 0.05, "0.05" -> 0.05; within [0, 1].
absl::StatusOr<double> ParseFraction(absl::string_view text);

// "10s", "5m", "1h30m", "7d", "200ms"; > 0.
absl::StatusOr<absl::Duration> ParseDurationText(absl::string_view text);

// "500m,1,2" split at commas, each parsed by `parse`; an empty element is an error.
template <typename T>
absl::StatusOr<std::vector<T>> ParseList(absl::string_view text,
                                         absl::StatusOr<T> (*parse)(absl::string_view));

std::string FormatCpuMillis(int32_t cpu_millis);      // 500 -> "500m", 2000 -> "2", 0 -> "none"
std::string FormatMemoryBytes(int64_t memory_bytes);  // 536870912 -> "512Mi", 0 -> "none"
std::string FormatRate(double per_sec);               // 153211 -> "153k", 1.2e6 -> "1.20M"
std::string FormatPercent(double fraction);           // 0.05 -> "5%", 0.0123 -> "1.2%"
std::string FormatSeconds(double seconds);            // 95 -> "1m35s", 9.94 -> "9.9s"

// Splitting is not for users of ParseList to know.
std::vector<std::string> SplitList(absl::string_view text);

template <typename T>
absl::StatusOr<std::vector<T>> ParseList(absl::string_view text,
                                         absl::StatusOr<T> (*parse)(absl::string_view)) {
  std::vector<T> values;
  for (const std::string& element : SplitList(text)) {
    absl::StatusOr<T> value = parse(element);
    if (!value.ok()) return value.status();
    values.push_back(*std::move(value));
  }
  return values;
}

}  // namespace bench
