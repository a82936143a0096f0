// The rounds of a load without a search. Pure and thread-safe.
#pragma once

#include <string>

#include "bench/v1/model.pb.h"
#include "benchctl/view/report.h"

namespace bench {

// "100ms", "50k/s", "flat out"
std::string PaceText(const v1::LoadRound& round);

// A table that grows by a line a round, while the rounds come: its widths are fixed.
std::string LoadHeading(bool colours);
std::string LoadLine(const v1::LoadRound& round, bool colours);

Report LoadRoundsReport(const v1::LoadReport& load);

}  // namespace bench
