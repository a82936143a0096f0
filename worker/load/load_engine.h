// Drives a mix at a rate from separate generator processes (bench-generator), and tells what was
// really issued. Falco partitions events by process, so one process would load one partition only.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "worker/cleanup/journal.h"

namespace bench {

struct LoadRequest {
  std::string marker;   // unique per trial; stands in the generators' command lines
  std::string profile;  // with actions_regex: what MakeMix takes; or only_action
  std::string actions_regex;
  std::string only_action;  // an action's name: that alone (calibration)
  // Open loop: all processes together issue floor((now - t0) * rate) syscalls. > 0 unless
  // sleep_between_actions is.
  double syscalls_per_sec = 0;
  absl::Duration sleep_between_actions;  // closed loop, as event-generator's bench --loop does
  absl::Duration duration;
  // A canary (ReadSensitiveFileUntrusted) at about this rate, its moments jittered; 0 = none.
  double canary_per_sec = 0;
  int processes = 1;
  std::vector<int> cpus;  // affinity of the processes; empty = all
};

// Summed over the processes; cumulative since the load's start.
struct LoadStats {
  int64_t issued_syscalls = 0;  // of the mix and the canary, pacing not counted
  int64_t issued_actions = 0;   // steps that are not filler, canaries included
  int64_t issued_canaries = 0;
  absl::Duration cpu;
  absl::Duration max_lateness;  // behind the schedule
  absl::Duration elapsed;       // of the slowest process
};

struct LoadResult {
  LoadStats stats;
  absl::Duration duration;  // of the load proper, from the common start to the end
  bool stopped_early = false;
};

// Spawns, watches and reaps the processes of one load at a time. Not thread-safe; used from the
// thread that outlives the processes.
class LoadEngine {
 public:
  // `generator_path`: the bench-generator program. `journal` may be null (tests).
  LoadEngine(std::string generator_path, std::string scratch_dir, Journal* journal);
  ~LoadEngine();

  // Starts the processes, lets them prepare, journals their files and gives the common start
  // (absolute CLOCK_MONOTONIC time, a few ms ahead). An action that can't be prepared is an error
  // that names it.
  absl::Status Start(const LoadRequest& request);
  LoadStats Poll();  // cheap: shared memory, no system call
  bool Finished();   // all processes have ended their load
  // Ends the load now if it still runs, waits for the processes' clean-up and reaps them.
  absl::StatusOr<LoadResult> Stop();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace bench
