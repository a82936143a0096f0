// Whether the sensor's capacity changed while it was searched: a host that warms up, a neighbour
// that comes or goes. Pure.
#pragma once

#include "worker/search/rate_ledger.h"

namespace bench {

// Of ln(capacity), from the first trial to the last, if it changed at a steady pace.
struct Drift {
  double change = 0;  // as expected after all trials
  // It changed by more than this, in that direction, with a probability of 95%; 0: perhaps not at
  // all.
  double surely = 0;
};

// Compares the curve of all trials (see EdgeCurve) with those that they make when each rate is
// taken relative to a capacity that rises or falls by up to a third.
Drift EstimateDrift(const RateLedger& ledger, double precision);

}  // namespace bench
