// Which control group a process is in, as directories that can be opened here, and whose group that
// is. Pure.
//
// The kernel writes the paths in /proc/PID/cgroup and the roots in mountinfo relative to the cgroup
// namespace of the process that reads them: "/../../system.slice/x" is two groups above its own and
// down again. So both texts must have been read by the same process, and that one is us.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "worker/limits/cgroup.h"

namespace bench {

// `cgroup` is the text of /proc/PID/cgroup, `mountinfo` that of /proc/self/mountinfo. Of several
// mounts that show the group, a writable one is taken.
// NOT_FOUND: the process or its group is gone. FAILED_PRECONDITION: the group is the root, whose
// limits would be the host's, or one that systemd makes for whole sessions or many services, or no
// mount here shows it; the message says what to do.
absl::StatusOr<CgroupDirectories> MapProcessCgroup(absl::string_view cgroup,
                                                   absl::string_view mountinfo);

// Who made the group of this directory, by its name: "the pod", "the container 0123456789ab", "the
// unit falco-modern-bpf.service", "the slice system.slice", or "the control group falco".
std::string DescribeGroup(absl::string_view directory);

// Under whom a process runs, by the names of its groups and of those above them.
struct GroupOwner {
  std::string unit;           // systemd's service, if no container's: "falco.service"; "" = none
  std::string container;      // its id; "" = none
  bool of_benchmark = false;  // in a group of ours
};
// `cgroup` is the text of /proc/PID/cgroup.
GroupOwner OwnerOfGroups(absl::string_view cgroup);

}  // namespace bench
