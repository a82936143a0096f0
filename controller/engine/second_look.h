#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "bench/v1/model.pb.h"
#include "controller/scheduler/run_state.h"
#include "controller/storage/database.h"
#include "controller/storage/ids.h"

namespace bench {

// When the last run of a campaign has its answer: stores one more run for each cell whose answer
// contradicts a neighbour's (scheduler/contradictions.h), on the node that gave it, and returns
// them. A cell gets at most one such run, as a further repeat; its answer is the median then. To be
// called inside a transaction, before `last` is stored as ended with `result`.
absl::StatusOr<std::vector<RunState>> StoreSecondLooks(Database& database, IdGenerator& ids,
                                                       const RunState& last,
                                                       const v1::Result& result, absl::Time now);

}  // namespace bench
