// Between messages, stored records and the scheduler's plain structs.
#pragma once

#include <vector>

#include "bench/v1/agent.pb.h"
#include "bench/v1/model.pb.h"
#include "controller/scheduler/hints.h"
#include "controller/scheduler/run_state.h"
#include "controller/scheduler/sweep.h"
#include "controller/storage/run_repository.h"

namespace bench {

Sweep ToSweep(const v1::SweepSpec& spec);
RunState ToRunState(const RunSchedule& schedule);  // without a lease's end
RunSchedule ToSchedule(const RunState& run);
// What a worker's last word says of its run; INVALID_ARGUMENT if it says nothing.
absl::StatusOr<Ending> ToEnding(const v1::FinishRequest& request);
// Trials that say something about the sensor's capacity, by the rate that was really made.
std::vector<KnownTrial> ToKnownTrials(const std::vector<v1::Trial>& trials);

}  // namespace bench
