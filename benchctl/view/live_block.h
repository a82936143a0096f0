// The block that is redrawn on a terminal while a campaign runs.
#pragma once

#include <string>
#include <vector>

#include "bench/v1/admin.pb.h"

namespace bench {

struct LiveOptions {
  int width = 80;  // columns of the terminal
  bool colours = false;
  double run_estimate_sec = 0;  // expected length of one run before any has ended; 0 = unknown
  int most_runs = 4;            // running ones shown with their figures; the others are counted
};

// At most `width` columns a line. Pure and thread-safe.
std::vector<std::string> RenderLiveBlock(const v1::GetProgressResponse& progress,
                                         const LiveOptions& options);

// Seconds until the campaign's end: from the runs that have ended, else from `run_estimate_sec`;
// negative = unknown, or none is left. Runs beside each other (on several nodes) count once.
double RemainingSeconds(const v1::GetProgressResponse& progress, double run_estimate_sec);

}  // namespace bench
