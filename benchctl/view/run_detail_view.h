#pragma once

#include "bench/v1/admin.pb.h"
#include "benchctl/view/report.h"

namespace bench {

// `show RUN`: what was asked, the answer, what the sensor used, the circumstances; then trials and
// samples if the response has them. CSV and JSON lines are of the finest table: samples, else
// trials, else the run. Pure and thread-safe.
Report RunDetailReport(const v1::GetRunResponse& response);

}  // namespace bench
