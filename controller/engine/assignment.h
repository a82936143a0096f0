#pragma once

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "bench/v1/agent.pb.h"
#include "controller/scheduler/run_state.h"
#include "controller/storage/database.h"

namespace bench {

// What the worker that was granted `run` needs to know, with what is known already as hints. Each
// hint is expressed for the run's own cell, best first.
absl::StatusOr<v1::Assignment> MakeAssignment(Database& database, const RunState& run,
                                              absl::Duration lease_ttl);

}  // namespace bench
