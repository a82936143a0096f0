// A load on this host without a search and without a controller: what `benchctl load` does.
#pragma once

#include <atomic>
#include <functional>
#include <string>

#include "absl/status/status.h"
#include "bench/v1/agent.pb.h"
#include "worker/options.h"
#include "worker/rounds/run_rounds.h"

namespace bench {

struct LocalLoad {
  // The sensor, the mix and the cell; run_id names the files and the control group.
  v1::Assignment assignment;
  RoundOptions rounds;
  bool watch = true;  // false: no sensor is started, and only the load is told
};

struct LocalLoadSinks {
  std::function<void(const std::string&)> note;   // which sensor was taken and why
  std::function<void(const std::string&)> stage;  // before the rounds: "baseline", …
  RoundSinks rounds;
};

// Blocks until the rounds are over, or soon after *cancelled has become true (CANCELLED);
// everything is undone then. The sinks are called from this thread.
absl::Status DriveLocalLoad(const WorkerOptions& options, const LocalLoad& load,
                            const LocalLoadSinks& sinks, const std::atomic<bool>& cancelled);

}  // namespace bench
