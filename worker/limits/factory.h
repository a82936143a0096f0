// CreateCgroup with its surroundings as arguments, and the limits of a group that is there.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/os/clock.h"
#include "worker/limits/cgroup.h"
#include "worker/limits/cgroup_kernel.h"

namespace bench {

// `kernel` and `clock` must outlive the group.
absl::StatusOr<std::unique_ptr<Cgroup>> CreateCgroupWith(
    CgroupKernel& kernel, Clock& clock, const CgroupMounts& mounts, const std::string& name,
    const std::function<absl::Status(const std::vector<std::string>&)>& before_create);

// `kernel` must outlive it.
std::unique_ptr<LimitedGroup> LimitsOf(CgroupKernel& kernel, const CgroupDirectories& group);

}  // namespace bench
