// A host whose own events are too many for the sensor, before there is any load. Pure.
#pragma once

#include <optional>
#include <vector>

#include "worker/search/cause.h"
#include "worker/search/search_method.h"

namespace bench {

struct IdleOverload {
  SearchResult result;  // BELOW_MINIMUM, with a message that says what to do
  CauseFinding cause;
};

// `idle`: the sensor's look at the host without a load, which counted so many events a second.
// Where it lost more than a few events, no rate can be clean, and the search need not begin. A few
// are no overload: see JudgeOptions::baseline_drops.
std::optional<IdleOverload> FindIdleOverload(const TrialMeasurement& idle, double events_per_sec,
                                             int32_t cpu_millis);

}  // namespace bench
