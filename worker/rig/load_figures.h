// What a load's own figures say of a trial. Pure.
#pragma once

#include "worker/load/load_engine.h"
#include "worker/search/measurement.h"

namespace bench {

// Duration, achieved rates, the generator's CPU and lateness, and how long its actions took.
void FillLoad(const LoadResult& load, TrialMeasurement* trial);

}  // namespace bench
