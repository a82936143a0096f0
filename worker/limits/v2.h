// A group of cgroup v2: one directory in the one hierarchy.
#pragma once

#include <string>
#include <vector>

#include "common/os/clock.h"
#include "worker/limits/cgroup.h"
#include "worker/limits/cgroup_kernel.h"
#include "worker/limits/knobs.h"

namespace bench {

// Lets the groups below `parent` have limits of CPU and memory; nothing is written if they have
// them already. They stay enabled: another's groups may have begun to rely on it.
absl::Status EnableControllers(CgroupKernel& kernel, const std::string& parent);

// The directory is made by the factory, and removed here.
class CgroupV2 : public Cgroup {
 public:
  CgroupV2(CgroupKernel& kernel, Clock& clock, const CgroupMounts& mounts, const std::string& name);
  ~CgroupV2() override;

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
  const Knobs knobs_;
  bool removed_ = false;
};

}  // namespace bench
