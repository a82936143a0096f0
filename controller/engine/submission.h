#pragma once

#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "bench/v1/admin.pb.h"
#include "controller/scheduler/run_state.h"
#include "controller/storage/database.h"
#include "controller/storage/ids.h"

namespace bench {

struct Submission {
  std::string campaign_id;
  std::vector<RunState> runs;  // stored now; empty if the request had been stored before
};

// Validates a sweep, expands it and stores campaign and runs. To be called inside a transaction.
// INVALID_ARGUMENT and NOT_FOUND (a node that never registered) say what to do.
absl::StatusOr<Submission> StoreSubmission(Database& database, IdGenerator& ids,
                                           const v1::SubmitSweepRequest& request,
                                           const std::set<std::string>& known_nodes,
                                           absl::string_view held_by, absl::Time now);

}  // namespace bench
