// Everything about the running Falco that a sweep is to attach to.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/settings/sensor_name.h"
#include "worker/falco/config_faults.h"
#include "worker/feeds/attached_sensor.h"
#include "worker/host/falco_finder.h"
#include "worker/rig/adopted_sensor.h"

namespace bench {

struct RunningFalcoFacts {
  RunningFalco process;
  AttachedOptions options;
  std::vector<ConfigFault> faults;  // none of them fatal
};

// Finds it, asks it for its version, reads its configuration as its own mount namespace has it.
// NOT_FOUND: it does not run. FAILED_PRECONDITION: its configuration tells too little; the message
// has the lines to add.
absl::StatusOr<RunningFalcoFacts> InspectRunningFalco(const AttachWish& wish);

// For people, before anything runs: what it is, and a line for each fault with its mend.
std::string AttachNote(const RunningFalcoFacts& facts);

// Finds it anew each time: the process of the wish at first, then whatever its supervisor puts in
// its place.
RunningSensorFinder FindFalcoLike(const AttachWish& wish);

}  // namespace bench
