// Events that the load didn't make. Pure.
#pragma once

#include "worker/search/measurement.h"

namespace bench {

struct ForeignBursts {
  double events = 0;   // of all of them
  double largest = 0;  // the most that came within a second
};

// What came in the trial beyond the usual number of events for each syscall issued, as the median
// second shows it. None when there is too little to tell. A steady foreign load is part of the
// host, and not seen here.
ForeignBursts FindForeignBursts(const TrialMeasurement& trial);

}  // namespace bench
