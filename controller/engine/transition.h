#pragma once

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "bench/v1/agent.pb.h"
#include "controller/scheduler/run_state.h"
#include "controller/storage/database.h"

namespace bench {

// Writes what a transition made of a run, and what follows from it: a result, the end of its
// campaign. `finish`: the worker's last word, if that is why; else null. Inside a transaction.
absl::Status StoreTransition(Database& database, const RunState& run,
                             const v1::FinishRequest* finish, absl::Time now);

// Cancels the unfinished campaigns of a benchctl that was killed with its work; what they measured
// is kept. Only for who has claimed the database. Inside a transaction.
absl::Status CancelOrphans(Database& database, absl::Time now);

}  // namespace bench
