// What the figures of a load, and of the host while it lasted, say of a trial. Pure.
#pragma once

#include "worker/load/load_engine.h"
#include "worker/load/stall_probe.h"
#include "worker/search/measurement.h"

namespace bench {

// Duration, achieved rates, the generator's CPU and lateness, and how long its actions took.
void FillLoad(const LoadResult& load, TrialMeasurement* trial);

// The host's stalls. A probe without real-time priority sees none: it also waits where the
// scheduler merely gives the CPU to the load, and each busy trial would look like a stall of the
// host.
void FillStalls(const StallReading& stalls, TrialMeasurement* trial);

}  // namespace bench
