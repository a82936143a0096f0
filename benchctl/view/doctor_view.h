#pragma once

#include "bench/v1/model.pb.h"
#include "benchctl/view/report.h"

namespace bench {

// `doctor`: one line a check, what to do below it. Pure and thread-safe.
// `colours` is for the words PASS, WARN and FAIL, which stand in lines, not in a table.
Report DoctorChecksReport(const v1::DoctorReport& doctor, bool colours);

}  // namespace bench
