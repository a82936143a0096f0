// A campaign with its runs: the last table of `sweep`, `watch` and `show CAMPAIGN`, the plan of
// `sweep --dry-run`, and `runs list`. Pure and thread-safe.
#pragma once

#include "bench/v1/admin.pb.h"
#include "benchctl/view/report.h"

namespace bench {

Report CampaignReport(const v1::GetCampaignResponse& response);
Report RunListReport(const v1::ListRunsResponse& response);

// `planned` holds the runs that a sweep would have; `estimate_sec` and `at_most_sec` are for all of
// them together.
Report PlanReport(const v1::GetCampaignResponse& planned, double estimate_sec, double at_most_sec);

}  // namespace bench
