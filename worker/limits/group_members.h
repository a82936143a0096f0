// Who is in a control group.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "worker/limits/cgroup.h"

namespace bench {

// The processes in the group, and in those below it, that are neither `pid` nor begun by it or its
// children: a limit holds them too. 0 stands for one of another pid namespace. `proc` is "/proc".
// FAILED_PRECONDITION when `pid` is not in each of the group's own directories, or when this
// process is in one: its limit would hold the load.
absl::StatusOr<std::vector<pid_t>> OtherMembers(const CgroupDirectories& group, pid_t pid,
                                                const std::string& proc);

// "812 bash, 900 falcoctl and 3 more".
std::string NameMembers(const std::vector<pid_t>& members, const std::string& proc);

// Whether the directory's own list has `pid`.
absl::StatusOr<bool> HoldsProcess(const std::string& directory, pid_t pid);

}  // namespace bench
