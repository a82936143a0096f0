#include "worker/limits/removal.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "common/os/files.h"
#include "worker/limits/cgroup.h"
#include "worker/limits/knobs.h"

namespace bench {
namespace {

constexpr absl::Duration kTimeout = absl::Seconds(3);
constexpr absl::Duration kPause = absl::Milliseconds(10);

// 0 stands for a process of another pid namespace, which can't be killed from here.
std::vector<pid_t> Members(const Knobs& knobs) {
  std::vector<pid_t> members;
  absl::StatusOr<std::string> text = knobs.Read("cgroup.procs");
  if (!text.ok()) return members;
  for (absl::string_view line : absl::StrSplit(*text, '\n', absl::SkipEmpty())) {
    pid_t pid = 0;
    if (absl::SimpleAtoi(line, &pid)) members.push_back(pid);
  }
  return members;
}

// A process needs CPU time to die: a group that is throttled to a hundredth of a core would take
// long. Best effort.
void LiftCpuLimit(const Knobs& knobs) {
  if (knobs.Has("cpu.max")) knobs.Write("cpu.max", "max").IgnoreError();
  if (knobs.Has("cpu.cfs_quota_us")) knobs.Write("cpu.cfs_quota_us", "-1").IgnoreError();
}

void KillMembers(CgroupKernel& kernel, const Knobs& knobs) {
  const std::vector<pid_t> members = Members(knobs);
  const bool with_us = std::find(members.begin(), members.end(), getpid()) != members.end();
  // In one go, so that nobody escapes by forking (since 5.14, v2).
  if (!with_us && knobs.Has("cgroup.kill") && knobs.Write("cgroup.kill", "1").ok()) return;
  for (pid_t pid : members) {
    if (pid > 1 && pid != getpid()) kernel.Kill(pid);
  }
}

absl::Status StillBusy(const Knobs& knobs) {
  const std::vector<pid_t> members = Members(knobs);
  std::string why = "it may hold groups of its own";
  if (!members.empty()) {
    why = absl::StrCat("process ", absl::StrJoin(members, ", "), " of it did not die");
  }
  return absl::UnavailableError(absl::StrCat("could not remove the control group ",
                                             knobs.directory(), ": ", why,
                                             ". When it is empty: rmdir ", knobs.directory()));
}

}  // namespace

absl::Status RemoveGroupDirectory(CgroupKernel& kernel, Clock& clock,
                                  const std::string& directory) {
  const Knobs knobs(&kernel, directory);
  const absl::Duration deadline = clock.Monotonic() + kTimeout;
  for (bool first = true;; first = false) {
    // Before killing: an empty group is the usual case, and a group with members can't go.
    int error = kernel.RemoveDirectory(directory);
    if (error == 0 || error == ENOENT) return absl::OkStatus();
    if (error != EBUSY) {
      return ErrnoStatus(absl::StrCat("removing the control group ", directory), error);
    }
    if (clock.Monotonic() >= deadline) return StillBusy(knobs);
    if (first) LiftCpuLimit(knobs);
    KillMembers(kernel, knobs);
    clock.Sleep(kPause);
  }
}

absl::Status RemoveCgroupDirectory(const std::string& directory) {
  return RemoveGroupDirectory(RealCgroupKernel(), RealClock(), directory);
}

}  // namespace bench
