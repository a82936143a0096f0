// The limits of the groups above one: the tightest of them holds, whatever the group itself says.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "worker/limits/cgroup.h"

namespace bench {

// FAILED_PRECONDITION when a group above `group` allows less than `cpu_millis` (0 = no limit);
// names it and says what to do. Up to the top of what is mounted here.
absl::Status CheckCpuAbove(const CgroupDirectories& group, int32_t cpu_millis);
absl::Status CheckMemoryAbove(const CgroupDirectories& group, int64_t memory_bytes);

}  // namespace bench
