#include "tests/fakes/real_cgroup.h"

#include <unistd.h>

#include <filesystem>
#include <set>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "common/os/files.h"
#include "common/status/status_macros.h"

namespace bench {

bool NoCgroupsHere(const absl::Status& status) {
  return absl::IsFailedPrecondition(status) || absl::IsPermissionDenied(status);
}

absl::StatusOr<CgroupMounts> FindCgroupsAsRoot() {
  if (geteuid() != 0) return absl::PermissionDeniedError("needs root to make control groups");
  return FindCgroups();
}

absl::StatusOr<std::unique_ptr<Cgroup>> MakeOwnGroup() {
  BENCH_ASSIGN_OR_RETURN(const CgroupMounts mounts, FindCgroupsAsRoot());
  return CreateCgroup(mounts, absl::StrCat(kCgroupPrefix, "test-", getpid()), nullptr);
}

absl::StatusOr<std::unique_ptr<ForeignGroup>> ForeignGroup::Make(const std::string& name) {
  BENCH_ASSIGN_OR_RETURN(const CgroupMounts mounts, FindCgroupsAsRoot());
  std::set<std::string> hierarchies = {mounts.unified, mounts.cpu, mounts.cpuacct, mounts.memory};
  hierarchies.erase("");
  std::unique_ptr<ForeignGroup> group(new ForeignGroup());
  for (const std::string& hierarchy : hierarchies) {
    group->directories_.push_back(absl::StrCat(hierarchy, "/", name, "-", getpid()));
    std::error_code error;
    std::filesystem::create_directory(group->directories_.back(), error);
    if (error) {
      return absl::FailedPreconditionError(
          absl::StrCat(group->directories_.back(), ": ", error.message()));
    }
  }
  return group;
}

ForeignGroup::~ForeignGroup() {
  std::error_code error;
  for (const std::string& directory : directories_) std::filesystem::remove(directory, error);
}

absl::StatusOr<ChildProcess> ForeignGroup::Spawn(const std::vector<std::string>& argv) const {
  SpawnOptions options;
  options.argv = argv;
  for (const std::string& directory : directories_) {
    options.join_cgroup_procs.push_back(directory + "/cgroup.procs");
  }
  return ChildProcess::Spawn(options);
}

std::string KnobPath(const std::vector<std::string>& directories, const std::string& v1_name,
                     const std::string& v2_name) {
  for (const std::string& directory : directories) {
    for (const std::string& name : {v1_name, v2_name}) {
      std::string path = absl::StrCat(directory, "/", name);
      if (!name.empty() && PathExists(path)) return path;
    }
  }
  return "";
}

std::map<std::string, std::string> LimitTexts(const std::vector<std::string>& directories) {
  std::map<std::string, std::string> texts;
  for (const std::string& directory : directories) {
    for (const char* name :
         {"cpu.cfs_period_us", "cpu.cfs_quota_us", "cpu.cfs_burst_us", "memory.limit_in_bytes",
          "memory.memsw.limit_in_bytes", "memory.swappiness", "cpu.max", "cpu.max.burst",
          "memory.max", "memory.high", "memory.swap.max"}) {
      const std::string path = directory + "/" + name;
      if (auto text = ReadFile(path); text.ok()) texts[path] = *text;
    }
  }
  return texts;
}

}  // namespace bench
