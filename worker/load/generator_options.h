// What a generator process is told on its command line, and how it talks with the engine:
//
//   generator -> engine (stdout)  "ready" | "error CODE TEXT" when it has prepared its actions
//   engine -> generator (stdin)   "start NS", the common start on CLOCK_MONOTONIC
//   generator -> engine (stdout)  "done" when its files are removed again
//
// Figures travel through SharedStats. The load ends after its duration or on kLoadEndSignal; the
// process then waits. It cleans up and exits, its load ended or not, on SIGTERM or when stdin is
// closed.
#pragma once

#include <csignal>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "worker/actions/mix.h"

namespace bench {

inline constexpr int kLoadEndSignal = SIGUSR1;

struct GeneratorOptions {
  std::string marker;  // of the whole load; starts with kMarkerPrefix
  int process = 0;     // 0 to processes - 1
  int processes = 1;
  MixSpec mix;
  std::string only_action;      // if set, instead of the mix
  double syscalls_per_sec = 0;  // of all processes; 0 = closed loop
  int64_t sleep_ns = 0;         // closed loop: between two actions; 0 = flat out
  bool spin = false;
  int64_t duration_ns = 0;
  double canary_per_sec = 0;  // of all processes
  std::string scratch_dir;
  int stats_fd = -1;
};

// argv of a generator. The marker stands first: it is what alerts show and pgrep finds.
std::vector<std::string> ToArguments(const std::string& program, const GeneratorOptions& options);
absl::StatusOr<GeneratorOptions> ParseArguments(int argc, char** argv);

// What this load is made of: the one action, or the mix.
absl::StatusOr<Mix> MixOf(const GeneratorOptions& options);
// The marker and scratch directory of this process.
ActionContext ContextOf(const GeneratorOptions& options);
// All files that this process will make.
std::vector<std::string> FilesOf(const GeneratorOptions& options, const Mix& mix);

}  // namespace bench
