#pragma once

#include <sys/types.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/os/files.h"

namespace bench {

struct SpawnOptions {
  std::vector<std::string> argv;  // argv[0] is the path to execute; no shell, no PATH search
  // Added to, and overriding, our own environment: "NAME=value".
  std::vector<std::string> extra_env;
  bool pipe_stdin = false;
  bool pipe_stdout = false;  // otherwise inherited
  bool pipe_stderr = false;
  bool stdout_to_null = false;
  bool stderr_to_null = false;
  // Files that the child writes "0" into before exec: cgroup.procs (or v1's tasks) of the groups
  // it shall start in. A failure to join is reported by Spawn.
  std::vector<std::string> join_cgroup_procs;
  std::vector<int> cpus;  // affinity; empty = inherited
  // In a session of its own, and not killed when we die. Otherwise the kernel kills it then.
  bool outlives_us = false;
  // Descriptors, above 2, that stay open in the child under the same numbers, whether or not they
  // are close-on-exec here. All others of ours should be.
  std::vector<int> inherit_fds;
  int pipe_capacity_bytes = 0;  // F_SETPIPE_SZ of stdout, best effort; 0 = the kernel's default
};

struct ExitState {
  bool signaled = false;
  int code = 0;                  // exit code, or the signal's number
  std::string ToString() const;  // "exit code 3", "killed by signal 9 (Killed)"
};

// A child that is killed when the thread that spawned it ends (PR_SET_PDEATHSIG, SIGKILL): spawn
// from a thread that outlives the child. Started by vfork and exec, so it is safe beside gRPC's
// threads. The destructor kills and reaps a child that still runs. Not thread-safe.
class ChildProcess {
 public:
  static absl::StatusOr<ChildProcess> Spawn(const SpawnOptions& options);

  ChildProcess() = default;
  ChildProcess(ChildProcess&& other) noexcept;
  ChildProcess& operator=(ChildProcess&& other) noexcept;
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;
  ~ChildProcess();

  pid_t pid() const { return pid_; }  // -1: none
  bool started() const { return pid_ > 0; }
  UniqueFd& stdin_fd() { return stdin_; }
  UniqueFd& stdout_fd() { return stdout_; }
  UniqueFd& stderr_fd() { return stderr_; }

  absl::Status Signal(int signal_number) const;
  // Non-blocking; the exit state once the child has ended (again and again thereafter).
  std::optional<ExitState> Poll();
  // Waits until it ends or `timeout` passes (then DEADLINE_EXCEEDED).
  absl::StatusOr<ExitState> Wait(absl::Duration timeout);
  // SIGTERM, up to `grace`, then SIGKILL; reaps. Returns how it ended.
  ExitState Terminate(absl::Duration grace);

 private:
  pid_t pid_ = -1;
  std::optional<ExitState> exit_;
  UniqueFd stdin_;
  UniqueFd stdout_;
  UniqueFd stderr_;
};

// The fields of /proc/PID/stat after the second, which is the program's name in parentheses and may
// hold anything; empty if the text is none such. They point into it. Pure.
std::vector<absl::string_view> StatFieldsAfterName(absl::string_view stat);

// The environment that a process was started with, by name. PERMISSION_DENIED: another user's.
absl::StatusOr<std::map<std::string, std::string>> ProcessEnvironment(pid_t pid);

// Field 22 of /proc/PID/stat, clock ticks since boot: with the pid it names a process for good.
absl::StatusOr<uint64_t> ProcessStartTicks(pid_t pid);

}  // namespace bench
