// The running Falco that a sweep is to attach to, as a sensor.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "common/settings/sensor_name.h"
#include "worker/host/running_falco.h"
#include "worker/rig/adopted_sensor.h"

namespace bench {

// NOT_FOUND: it does not run. FAILED_PRECONDITION: its configuration tells too little; the message
// has the lines to add.
absl::StatusOr<RunningFalcoFacts> FindFalcoToAttachTo(const AttachWish& wish);

// For people, before anything runs: what it is, and a line for each fault with its mend.
std::string AttachNote(const RunningFalcoFacts& facts);

// Finds it anew each time: the process of the wish at first, then whatever its supervisor puts in
// its place.
RunningSensorFinder FindFalcoLike(const AttachWish& wish);

}  // namespace bench
