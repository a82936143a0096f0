// Finds Falco: the program, its version, and those that run.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace bench {

struct FalcoBinary {
  std::string path;
  std::string version;  // "0.44.1"
};

// `given` if not empty, else the first `falco` of PATH, else the usual places. NOT_FOUND when there
// is none (says how to get one); FAILED_PRECONDITION when it is there but does not run or does not
// tell its version. Runs `falco --version`, which may take seconds on a slow disk.
absl::StatusOr<FalcoBinary> FindFalco(const std::string& given,
                                      absl::Duration timeout = absl::Seconds(15));

struct RunningFalco {
  pid_t pid = 0;
  std::string exe;            // as its own mount namespace names it; "" if we may not see
  std::string command;        // its command line; "" if it ends just now
  std::string unit;           // systemd's, "falco-modern-bpf.service"; "" = none
  std::string container;      // its id; "" = none
  bool of_benchmark = false;  // one that a benchmark started: it is in a group of ours
};

// Processes whose program or name is `falco`, by pid, this one left out. `root`: see ReadHostFacts.
std::vector<RunningFalco> FindRunningFalco(const std::string& root = "");

// Fills in unit, container and of_benchmark from /proc/PID/cgroup's text.
void DescribeByCgroup(absl::string_view cgroup, RunningFalco* falco);

// The CPUs that its most confined thread may use; empty if that can't be read.
std::vector<int> CpusOf(pid_t pid, const std::string& root = "");

// What a user types to stop it.
std::string HowToStop(const RunningFalco& falco);

}  // namespace bench
