// The limits of a group of cgroup v2: one directory in the one hierarchy.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "worker/limits/cgroup.h"
#include "worker/limits/cgroup_kernel.h"
#include "worker/limits/knobs.h"

namespace bench {

// Lets the groups below `parent` have limits of CPU and memory; nothing is written if they have
// them already. They stay enabled: another's groups may have begun to rely on it.
absl::Status EnableControllers(CgroupKernel& kernel, const std::string& parent);

// What the directory itself allows; 0 = no limit.
absl::StatusOr<int32_t> ReadCpuLimitV2(const Knobs& knobs);
absl::StatusOr<int64_t> ReadMemoryLimitV2(const Knobs& knobs);

// Owns nothing: the group is there before and stays. `kernel` must outlive it.
class LimitsV2 : public LimitedGroup {
 public:
  LimitsV2(CgroupKernel& kernel, const CgroupDirectories& group);

  std::vector<std::string> directories() const override;
  absl::Status SetMemory(int64_t memory_bytes) override;
  absl::Status SetCpu(int32_t cpu_millis) override;
  absl::StatusOr<CgroupLimits> ReadBack() const override;
  absl::StatusOr<CgroupStats> Stats() const override;

 private:
  const Knobs knobs_;
};

}  // namespace bench
