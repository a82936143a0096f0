#pragma once

#include "bench/v1/admin.pb.h"
#include "benchctl/view/report.h"

namespace bench {

// `version`. Pure and thread-safe.
Report VersionReport(const v1::GetVersionResponse& version);

}  // namespace bench
