// What a sweep would do, without doing it. Pure and thread-safe.
#pragma once

#include "bench/v1/admin.pb.h"

namespace bench {

// The campaign with a run for each cell, node and repeat; CPU ascending, memory descending. No ids:
// nothing was submitted.
v1::GetCampaignResponse PlanSweep(const v1::SubmitSweepRequest& request);

// What one run takes, roughly: for an ETA before any run has ended, and for --dry-run.
double EstimateRunSeconds(const v1::SweepSpec& spec);

}  // namespace bench
