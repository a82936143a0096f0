#include "worker/limits/ancestors.h"

#include <algorithm>
#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/os/files.h"
#include "common/status/status_macros.h"
#include "common/units/quantity.h"
#include "worker/limits/knobs.h"
#include "worker/limits/process_cgroup.h"
#include "worker/limits/v1.h"
#include "worker/limits/v2.h"

namespace bench {
namespace {

// The kernel rounds a memory limit to pages.
constexpr int64_t kPageTolerance = 65536;

// The groups above `directory`, nearest first.
std::vector<Knobs> Above(std::string directory) {
  std::vector<Knobs> above;
  for (;;) {
    directory.resize(std::min(directory.size(), directory.rfind('/')));
    Knobs knobs(nullptr, directory);
    // What lies above the mount is no group.
    if (directory.empty() || !knobs.Has("cgroup.procs")) return above;
    above.push_back(std::move(knobs));
  }
}

// 0 = no limit, or a group that has no such knob, as the root of v2.
absl::StatusOr<int64_t> CpuLimitOf(const Knobs& group) {
  if (group.Has("cpu.max")) return ReadCpuLimitV2(group);
  if (group.Has("cpu.cfs_quota_us")) return ReadCpuLimitV1(group);
  return 0;
}

absl::StatusOr<int64_t> MemoryLimitOf(const Knobs& group) {
  if (group.Has("memory.limit_in_bytes")) {
    // Before 5.11 a group's limit may hold its own processes only.
    if (group.Has("memory.use_hierarchy")) {
      BENCH_ASSIGN_OR_RETURN(int64_t hierarchical, group.ReadNumber("memory.use_hierarchy"));
      if (hierarchical == 0) return 0;
    }
    return ReadMemoryLimitV1(group);
  }
  if (!group.Has("memory.max")) return 0;
  BENCH_ASSIGN_OR_RETURN(int64_t bytes, ReadMemoryLimitV2(group));
  if (!group.Has("memory.high")) return bytes;
  BENCH_ASSIGN_OR_RETURN(int64_t high, group.ReadNumber("memory.high"));
  if (high == kNoLimit) return bytes;
  return bytes == 0 ? high : std::min(bytes, high);
}

// What raises the limit of a group, by who made it.
std::string HowToRaise(const std::string& who, const std::string& directory) {
  if (who == "the pod") {
    return "raise resources.limits of the DaemonSet's containers (Helm: --set resources.limits.…)";
  }
  absl::string_view unit = who;
  if (absl::ConsumePrefix(&unit, "the unit ") || absl::ConsumePrefix(&unit, "the slice ")) {
    return absl::StrCat("raise it with: systemctl set-property --runtime ", unit,
                        " CPUQuota= MemoryHigh= MemoryMax=");
  }
  return absl::StrCat("raise it in ", directory);
}

struct Wanted {
  const char* kind;  // "CPU"
  int64_t limit;     // 0 = none
  int64_t tolerance;
  std::string (*format)(int64_t);
  absl::StatusOr<int64_t> (*limit_of)(const Knobs&);
};

absl::Status CheckAbove(const std::string& directory, const Wanted& wanted) {
  for (const Knobs& group : Above(directory)) {
    BENCH_ASSIGN_OR_RETURN(int64_t limit, wanted.limit_of(group));
    const bool holds =
        limit == 0 || (wanted.limit != 0 && wanted.limit <= limit + wanted.tolerance);
    if (holds) continue;
    const std::string who = DescribeGroup(group.directory());
    const std::string asked = wanted.limit == 0 ? absl::StrCat("no ", wanted.kind, " limit")
                                                : absl::StrCat("a ", wanted.kind, " limit of ",
                                                               wanted.format(wanted.limit));
    return absl::FailedPreconditionError(absl::StrCat(
        asked, " can't be had: ", who, " above (", group.directory(), ") has a tighter one of ",
        wanted.format(limit), ". Ask for at most that, or ", HowToRaise(who, group.directory())));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckCpuAbove(const CgroupDirectories& group, int32_t cpu_millis) {
  return CheckAbove(group.version == 2 ? group.unified : group.cpu,
                    {.kind = "CPU",
                     .limit = cpu_millis,
                     .tolerance = 0,
                     .format = [](int64_t n) { return FormatCpuMillis(static_cast<int32_t>(n)); },
                     .limit_of = CpuLimitOf});
}

absl::Status CheckMemoryAbove(const CgroupDirectories& group, int64_t memory_bytes) {
  return CheckAbove(group.version == 2 ? group.unified : group.memory, {.kind = "memory",
                                                                        .limit = memory_bytes,
                                                                        .tolerance = kPageTolerance,
                                                                        .format = FormatMemoryBytes,
                                                                        .limit_of = MemoryLimitOf});
}

}  // namespace bench
