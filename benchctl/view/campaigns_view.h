#pragma once

#include "bench/v1/admin.pb.h"
#include "benchctl/view/report.h"

namespace bench {

// `campaigns list`. Pure and thread-safe.
Report CampaignListReport(const v1::ListCampaignsResponse& response);

}  // namespace bench
