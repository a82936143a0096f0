// Events that the load didn't make. Pure.
#pragma once

#include "worker/search/measurement.h"

namespace bench {

// Of a burst, or a few, in the trial: what came beyond the usual number of events for each syscall
// issued, as the median second shows it. 0 when there is too little to tell. A steady foreign load
// is part of the host, and not seen here.
double ForeignBurstEvents(const TrialMeasurement& trial);

}  // namespace bench
