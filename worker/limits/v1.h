// A group of cgroup v1: one directory in each hierarchy.
#pragma once

#include <string>
#include <vector>

#include "common/os/clock.h"
#include "worker/limits/cgroup.h"
#include "worker/limits/cgroup_kernel.h"
#include "worker/limits/knobs.h"

namespace bench {

// The directories are made by the factory, and removed here.
class CgroupV1 : public Cgroup {
 public:
  CgroupV1(CgroupKernel& kernel, Clock& clock, const CgroupMounts& mounts, const std::string& name);
  ~CgroupV1() override;

  std::vector<std::string> procs_files() const override;
  std::vector<std::string> directories() const override;
  absl::Status SetMemory(int64_t memory_bytes) override;
  absl::Status SetCpu(int32_t cpu_millis) override;
  absl::StatusOr<CgroupLimits> ReadBack() const override;
  absl::StatusOr<CgroupStats> Stats() const override;
  absl::Status Remove() override;

 private:
  CgroupKernel& kernel_;
  Clock& clock_;
  const Knobs cpu_;
  const Knobs cpuacct_;  // often the same directory as cpu_
  const Knobs memory_;
  bool removed_ = false;
};

}  // namespace bench
