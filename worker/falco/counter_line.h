// Reads the snapshots of its counters that a sensor appends to its metrics file, one JSON object a
// line: {"sample": N, "output_fields": {"scap.n_evts": …, "falco.num_evts": …, …}}.
#pragma once

#include <optional>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "worker/falco/sensor.h"

namespace bench {

// A field that is missing is zero (Falco leaves zeros out), one that is unknown is ignored, numbers
// may be integers, doubles or strings. Rule matches are told if there is any counter of rules:
// Falco >= 0.38 always writes their total, unless it is configured not to. nullopt: a snapshot of
// another event source (a plugin's), which shares the file and knows nothing of syscalls.
// INVALID_ARGUMENT: no snapshot at all, or one without its time. `received_at` is the caller's to
// set. Pure; a millisecond or less.
absl::StatusOr<std::optional<CounterReading>> ParseCounterLine(absl::string_view line);

}  // namespace bench
