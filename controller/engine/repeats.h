// What a campaign's repeats say together. Pure.
#pragma once

#include <vector>

#include "bench/v1/admin.pb.h"
#include "bench/v1/model.pb.h"

namespace bench {

// One for each cell and node, in the order of the runs; none where no cell was measured twice.
std::vector<v1::RepeatSummary> SummarizeRepeats(const std::vector<v1::Run>& runs);

}  // namespace bench
