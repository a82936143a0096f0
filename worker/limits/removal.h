// Removes a group with what is in it.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "common/os/clock.h"
#include "worker/limits/cgroup_kernel.h"

namespace bench {

// Kills the members again and again and removes the directory, for up to some seconds; ok if it is
// gone already. Never kills this process. The error names who is still in it.
absl::Status RemoveGroupDirectory(CgroupKernel& kernel, Clock& clock, const std::string& directory);

}  // namespace bench
