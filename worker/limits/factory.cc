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

absl::StatusOr<std::unique_ptr<Cgroup>> CreateCgroupWith(
    CgroupKernel& kernel, Clock& clock, const CgroupMounts& mounts, const std::string& name,
    const std::function<absl::Status(const std::vector<std::string>&)>& before_create) {
  BENCH_RETURN_IF_ERROR(CheckName(name));
  if (mounts.version == 2) BENCH_RETURN_IF_ERROR(EnableControllers(kernel, mounts.unified));

  auto make = [&]() -> std::unique_ptr<Cgroup> {
    if (mounts.version == 2) return std::make_unique<CgroupV2>(kernel, clock, mounts, name);
    return std::make_unique<CgroupV1>(kernel, clock, mounts, name);
  };
  std::unique_ptr<Cgroup> group = make();
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
