#pragma once

#include "bench/v1/admin.pb.h"
#include "benchctl/commands/context.h"
#include "benchctl/view/progress_log.h"

namespace bench {

// Shows a campaign on stderr while it runs: a live block on a terminal, otherwise a line a trial;
// nothing with -q. Not thread-safe.
class ProgressDisplay {
 public:
  ProgressDisplay(CommandContext& context, double run_estimate_sec);
  ~ProgressDisplay();  // takes the live block away
  void Update(const v1::GetProgressResponse& progress);

 private:
  CommandContext& context_;
  const double run_estimate_sec_;
  const bool live_;
  ProgressLog log_;
};

}  // namespace bench
