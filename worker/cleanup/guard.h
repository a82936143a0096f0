// What outlives us: a process of its own that undoes what we left, should we be killed.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "common/os/process.h"

namespace bench {

// The kernel's name of the program, as /proc/PID/comm has it: who meets its lock waits a little.
inline constexpr char kGuardProgram[] = "bench-guard";

// Holds a pipe to a bench-guard. When the pipe closes without a word, because we died, the guard
// opens the journal of `state_dir`, which undoes all that stands in it. Killed with us, or missing,
// it leaves that to the next start. Thread-compatible.
class Guard {
 public:
  // `program`: the path of bench-guard.
  static absl::StatusOr<std::unique_ptr<Guard>> Start(const std::string& program,
                                                      const std::string& state_dir);
  // In order: it is told that there is nothing to do, and has ended.
  ~Guard();
  Guard(const Guard&) = delete;
  Guard& operator=(const Guard&) = delete;

 private:
  explicit Guard(ChildProcess process) : process_(std::move(process)) {}

  ChildProcess process_;
};

}  // namespace bench
