// What the generator reaches on this host, beside a bare loop of the same system calls in the same
// run: alternating, so that a drift of the host falls on both. Needs root.
#pragma once

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace bench {

struct Speed {
  double syscalls_per_sec = 0;
  double syscalls_per_cpu_sec = 0;  // says what the loop costs even where others take CPU from it
};

struct SpeedBesideBare {
  Speed bare;
  Speed one_process;
  Speed two_processes;
  // Of each round, so that a drift of the host falls on both.
  double two_to_one = 0;
  double bare_two_to_one = 0;  // two bare loops, each a process: what the kernel lets double
};

// Medians of the rounds, a second each.
absl::StatusOr<SpeedBesideBare> MeasureOpenClose(int rounds);
// The three recipe actions in turn, in a /bin of their own on tmpfs: unshares this process's mount
// namespace, for good.
absl::StatusOr<SpeedBesideBare> MeasureRecipe(int rounds);

struct Decay {
  absl::Duration window;     // 10 s, or half of a short time
  double first_per_sec = 0;  // WriteBelowBinaryDir's actions/s in the first window
  double last_per_sec = 0;   // in the last
  char file_system[32] = "";
};
absl::StatusOr<Decay> MeasureDecay(absl::Duration duration);

struct Pacing {
  double offered_per_sec = 0;
  double error = 0;  // achieved / offered - 1
  absl::Duration p99_lateness;
  double cpu_cores = 0;
  absl::Duration host_stall;  // the longest
};
absl::StatusOr<Pacing> MeasurePacing(double syscalls_per_sec, bool spin);

}  // namespace bench
