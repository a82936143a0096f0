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
#include "worker/actions/mix.h"
#include "worker/cleanup/journal.h"

namespace bench {

struct LoadRequest {
  // Unique per trial; stands in the generators' command lines and in the names of their files.
  // Letters, digits, ".", "_" and "-"; kMarkerPrefix is put before it if it is not there.
  std::string marker;
  MixSpec mix;
  std::string only_action;  // an action's name: that alone, instead (calibration)

  // One of these three says how fast.
  // Open loop: all processes together issue floor((now - t0) * rate) syscalls.
  double syscalls_per_sec = 0;
  // Closed loop, as event-generator's bench --loop does: each process runs the mix's steps in
  // turn and sleeps so long after each. Wins over syscalls_per_sec.
  absl::Duration sleep_between_actions;
  // Closed loop without a sleep: the mix as fast as it goes. Wins over both.
  bool flat_out = false;

  absl::Duration duration;
  // A canary (ReadSensitiveFileUntrusted) at about this rate, its moments jittered; 0 = none. In an
  // open loop its calls are part of the rate.
  double canary_per_sec = 0;
  int processes = 1;
  std::vector<int> cpus;  // affinity of the processes; empty = all
  // Open loop: wait in a busy loop, so that up to 100k/s a process each step comes within
  // microseconds of its time. Takes a CPU a process, whatever the rate; where others want that CPU
  // too, the scheduler takes it away for milliseconds, and sleeping keeps the schedule better.
  bool spin = false;
};

// Summed over the processes; cumulative since the load's start.
struct LoadStats {
  int64_t issued_syscalls = 0;  // of the mix and the canary, pacing not counted
  int64_t issued_actions = 0;   // steps that are not filler, canaries included
  int64_t issued_canaries = 0;
  absl::Duration cpu;  // renewed ten times a second
  // Behind the schedule, of any process. Above 10k/s it includes the tick (see pacer.h).
  absl::Duration max_lateness;
  absl::Duration elapsed;  // of the slowest process
};

// How long an action took, from a sample of its runs; quantiles are at most 12.5% too high.
struct ActionLatency {
  std::string action;
  int64_t samples = 0;
  absl::Duration mean;  // within 7%
  absl::Duration p50;
  absl::Duration p99;
  absl::Duration max;
};

struct LoadResult {
  LoadStats stats;
  absl::Duration duration;  // of the load proper, from the common start to the end
  bool stopped_early = false;
  absl::Duration p99_lateness;  // of the steps, behind the schedule
  std::vector<ActionLatency> latencies;
};

// Spawns, watches and reaps the processes of one load at a time. Not thread-safe; used from one
// thread that outlives the processes: they are killed when it ends.
class LoadEngine {
 public:
  // `generator_path`: the bench-generator program. `scratch_dir` must exist. `journal` may be null
  // (tests); else it must outlive the engine.
  LoadEngine(std::string generator_path, std::string scratch_dir, Journal* journal);
  ~LoadEngine();  // stops a load that still runs

  // Journals the files, starts the processes and lets them prepare; they wait then. An action that
  // can't be prepared is an error that names it; nothing is left behind then.
  absl::Status Prepare(const LoadRequest& request);
  // Gives the prepared processes their common start (absolute CLOCK_MONOTONIC time, a few ms
  // ahead). Whoever counts what the load makes counts from before this until after Finished: the
  // processes' own start and clean-up lie outside. After an error nothing is left behind.
  absl::Status Begin();
  absl::Status Start(const LoadRequest& request);  // Prepare and Begin
  LoadStats Poll() const;                          // cheap: shared memory, no system call
  // All processes have ended their load and wait to be stopped, or one has died (Stop tells which
  // and how).
  bool Finished();
  // Ends the load now if it still runs and waits up to a second until it has; the processes stay.
  void EndLoad();
  // Ends the load now if it still runs, waits for the processes' clean-up, reaps them, and removes
  // what a killed one left. ABORTED: a process died during the load, so the load was not what was
  // asked for.
  absl::StatusOr<LoadResult> Stop();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace bench
