// The limits of a group of cgroup v1: one directory in each hierarchy.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "worker/limits/cgroup.h"
#include "worker/limits/cgroup_kernel.h"
#include "worker/limits/knobs.h"

namespace bench {

// What the directory itself allows; 0 = no limit.
absl::StatusOr<int32_t> ReadCpuLimitV1(const Knobs& cpu);
absl::StatusOr<int64_t> ReadMemoryLimitV1(const Knobs& memory);

// Owns nothing: the group is there before and stays. `kernel` must outlive it.
class LimitsV1 : public LimitedGroup {
 public:
  LimitsV1(CgroupKernel& kernel, const CgroupDirectories& group);

  std::vector<std::string> directories() const override;
  absl::Status SetMemory(int64_t memory_bytes) override;
  absl::Status SetCpu(int32_t cpu_millis) override;
  absl::StatusOr<CgroupLimits> ReadBack() const override;
  absl::StatusOr<CgroupStats> Stats() const override;

 private:
  const Knobs cpu_;
  const Knobs cpuacct_;  // often the same directory as cpu_
  const Knobs memory_;
};

}  // namespace bench
