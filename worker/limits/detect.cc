#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "common/os/files.h"
#include "common/status/status_macros.h"
#include "worker/limits/cgroup.h"
#include "worker/limits/mountinfo.h"

namespace bench {
namespace {

// The mount of v1's `controller`. A mount of the whole hierarchy goes before bind mounts of a part
// of it, which containers have; "" = not mounted.
std::string FindV1(const std::vector<MountEntry>& mounts, absl::string_view controller) {
  std::string found;
  for (const MountEntry& mount : mounts) {
    if (mount.type != "cgroup" || !absl::c_linear_search(mount.super_options, controller)) continue;
    if (mount.root == "/") return mount.point;
    if (found.empty()) found = mount.point;
  }
  return found;
}

// Why no hierarchy will do, and what to do about it.
absl::Status NoControllers(const std::vector<std::string>& unified_seen,
                           const std::vector<std::string>& v1_missing) {
  std::string v2 =
      unified_seen.empty() ? "cgroup v2 is not mounted" : absl::StrJoin(unified_seen, "; ");
  std::string mend =
      "mount cgroup v2 (mount -t cgroup2 none /sys/fs/cgroup) on the host; in a container, share "
      "the host's /sys/fs/cgroup with it";
  if (v1_missing.size() == 1 && v1_missing.front() == "memory") {
    mend = "boot with cgroup_enable=memory on the kernel's command line";
  }
  return absl::FailedPreconditionError(
      absl::StrCat("no control groups to set limits with: ", v2, "; cgroup v1 is mounted without ",
                   absl::StrJoin(v1_missing, ", "), ". To mend it: ", mend));
}

}  // namespace

absl::StatusOr<CgroupMounts> DetectCgroups(absl::string_view mountinfo, const std::string& root) {
  const std::vector<MountEntry> mounts = ParseMountInfo(mountinfo);

  std::vector<std::string> unified_seen;
  for (const MountEntry& mount : mounts) {
    if (mount.type != "cgroup2") continue;
    const std::string point = root + mount.point;
    absl::StatusOr<std::string> text = ReadFile(point + "/cgroup.controllers");
    if (!text.ok()) {
      unified_seen.push_back(std::string(text.status().message()));
      continue;
    }
    std::vector<std::string> offered =
        absl::StrSplit(*text, absl::ByAnyChar(" \n"), absl::SkipEmpty());
    if (absl::c_linear_search(offered, "cpu") && absl::c_linear_search(offered, "memory")) {
      return CgroupMounts{.version = 2, .unified = point};
    }
    unified_seen.push_back(absl::StrCat("cgroup v2 at ", mount.point, " offers only [",
                                        absl::StrJoin(offered, " "), "], not cpu and memory"));
  }

  CgroupMounts v1 = {.version = 1};
  std::vector<std::string> missing;
  for (auto [name, place] : {std::pair<const char*, std::string*>{"cpu", &v1.cpu},
                             {"cpuacct", &v1.cpuacct},
                             {"memory", &v1.memory}}) {
    *place = FindV1(mounts, name);
    if (place->empty()) missing.push_back(name);
    *place = root + *place;
  }
  if (!missing.empty()) return NoControllers(unified_seen, missing);
  return v1;
}

absl::StatusOr<CgroupMounts> FindCgroups() {
  BENCH_ASSIGN_OR_RETURN(const std::string mountinfo, ReadFile("/proc/self/mountinfo"));
  return DetectCgroups(mountinfo, "");
}

}  // namespace bench
