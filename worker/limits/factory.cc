#include "worker/limits/factory.h"

#include <cerrno>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/status/status_macros.h"
#include "worker/limits/knobs.h"
#include "worker/limits/removal.h"
#include "worker/limits/v1.h"
#include "worker/limits/v2.h"

namespace bench {
namespace {

CgroupDirectories GroupIn(const CgroupMounts& mounts, const std::string& name) {
  if (mounts.version == 2)
    return {.version = 2, .unified = absl::StrCat(mounts.unified, "/", name)};
  return {.version = 1,
          .cpu = absl::StrCat(mounts.cpu, "/", name),
          .cpuacct = absl::StrCat(mounts.cpuacct, "/", name),
          .memory = absl::StrCat(mounts.memory, "/", name)};
}

class OwnCgroup : public Cgroup {
 public:
  OwnCgroup(CgroupKernel& kernel, Clock& clock, const CgroupDirectories& group)
      : kernel_(kernel), clock_(clock), limits_(LimitsOf(kernel, group)) {}
  ~OwnCgroup() override { RemoveOnce().IgnoreError(); }

  std::vector<std::string> directories() const override { return limits_->directories(); }
  std::vector<std::string> procs_files() const override {
    std::vector<std::string> files = directories();
    for (std::string& file : files) file += "/cgroup.procs";
    return files;
  }
  absl::Status SetMemory(int64_t memory_bytes) override { return limits_->SetMemory(memory_bytes); }
  absl::Status SetCpu(int32_t cpu_millis) override { return limits_->SetCpu(cpu_millis); }
  absl::StatusOr<CgroupLimits> ReadBack() const override { return limits_->ReadBack(); }
  absl::StatusOr<CgroupStats> Stats() const override { return limits_->Stats(); }
  absl::Status Remove() override { return RemoveOnce(); }

 private:
  absl::Status RemoveOnce() {
    if (removed_) return absl::OkStatus();
    absl::Status result;
    for (const std::string& directory : limits_->directories()) {
      result.Update(RemoveGroupDirectory(kernel_, clock_, directory));
    }
    removed_ = result.ok();
    return result;
  }

  CgroupKernel& kernel_;
  Clock& clock_;
  const std::unique_ptr<LimitedGroup> limits_;
  bool removed_ = false;
};

absl::Status CheckName(const std::string& name) {
  // The journal's replay removes no other names, and the name becomes part of a path.
  if (absl::StartsWith(name, kCgroupPrefix) && !absl::StrContains(name, '/')) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(absl::StrCat("a control group of ours is named ", kCgroupPrefix,
                                                 "SOMETHING, not \"", name, "\""));
}

absl::Status MakeEmptyGroup(CgroupKernel& kernel, Clock& clock, const std::string& directory) {
  int error = kernel.MakeDirectory(directory);
  if (error == EEXIST) {
    // Left by a killed benchmark: its limits and counters must not mix with ours.
    BENCH_RETURN_IF_ERROR(RemoveGroupDirectory(kernel, clock, directory));
    error = kernel.MakeDirectory(directory);
  }
  if (error == 0) return absl::OkStatus();
  return ExplainCgroupError(absl::StrCat("making the control group ", directory), error);
}

}  // namespace

std::unique_ptr<LimitedGroup> LimitsOf(CgroupKernel& kernel, const CgroupDirectories& group) {
  if (group.version == 2) return std::make_unique<LimitsV2>(kernel, group);
  return std::make_unique<LimitsV1>(kernel, group);
}

absl::StatusOr<std::unique_ptr<Cgroup>> CreateCgroupWith(
    CgroupKernel& kernel, Clock& clock, const CgroupMounts& mounts, const std::string& name,
    const std::function<absl::Status(const std::vector<std::string>&)>& before_create) {
  BENCH_RETURN_IF_ERROR(CheckName(name));
  if (mounts.version == 2) BENCH_RETURN_IF_ERROR(EnableControllers(kernel, mounts.unified));

  auto group = std::make_unique<OwnCgroup>(kernel, clock, GroupIn(mounts, name));
  if (before_create) BENCH_RETURN_IF_ERROR(before_create(group->directories()));
  for (const std::string& directory : group->directories()) {
    // The group's destructor removes what was made before a failure.
    BENCH_RETURN_IF_ERROR(MakeEmptyGroup(kernel, clock, directory));
  }
  return group;
}

absl::StatusOr<std::unique_ptr<Cgroup>> CreateCgroup(
    const CgroupMounts& mounts, const std::string& name,
    const std::function<absl::Status(const std::vector<std::string>&)>& before_create) {
  return CreateCgroupWith(RealCgroupKernel(), RealClock(), mounts, name, before_create);
}

}  // namespace bench
