#pragma once

#include <optional>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace bench {

// How Falco writes an interval: "500ms", "15m", "1h30m", "1d", in the units of Prometheus, the
// largest first and none twice; or milliseconds without a unit. Unset for what is neither. Pure.
std::optional<absl::Duration> ParseMetricsInterval(absl::string_view text);

}  // namespace bench
