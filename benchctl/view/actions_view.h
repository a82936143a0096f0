#pragma once

#include "bench/v1/model.pb.h"
#include "benchctl/view/report.h"

namespace bench {

// `actions list`; `hidden` more are only shown with --all. Pure and thread-safe.
Report ActionsReport(const v1::ActionCatalogue& catalogue, int hidden);

}  // namespace bench
