#include "worker/limits/v2.h"

#include <algorithm>
#include <cerrno>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "common/status/status_macros.h"

namespace bench {
namespace {

absl::Status ParentHoldsProcesses(const std::string& parent) {
  return absl::FailedPreconditionError(absl::StrCat(
      "control groups below ", parent, " can't be limited: ", parent,
      " itself holds processes, and cgroup v2 hands controllers down only from a group without "
      "any. In a container, run it with --privileged --cgroupns=host and the host's "
      "/sys/fs/cgroup; elsewhere, move them into a group of their own first: mkdir ",
      parent, "/init && for p in $(cat ", parent, "/cgroup.procs); do echo $p > ", parent,
      "/init/cgroup.procs; done"));
}

}  // namespace

absl::Status EnableControllers(CgroupKernel& kernel, const std::string& parent) {
  const Knobs knobs(&kernel, parent);
  BENCH_ASSIGN_OR_RETURN(std::string text, knobs.Read("cgroup.subtree_control"));
  std::vector<absl::string_view> enabled =
      absl::StrSplit(text, absl::ByAnyChar(" \n"), absl::SkipEmpty());
  std::vector<std::string> missing;
  for (const char* controller : {"cpu", "memory"}) {
    if (std::find(enabled.begin(), enabled.end(), controller) == enabled.end()) {
      missing.push_back(absl::StrCat("+", controller));
    }
  }
  if (missing.empty()) return absl::OkStatus();
  const std::string path = knobs.PathOf("cgroup.subtree_control");
  const std::string request = absl::StrJoin(missing, " ");
  int error = kernel.Write(path, request);
  if (error == 0) return absl::OkStatus();
  if (error == EBUSY) return ParentHoldsProcesses(parent);
  return ExplainCgroupError(absl::StrCat("writing \"", request, "\" to ", path), error);
}

absl::StatusOr<int32_t> ReadCpuLimitV2(const Knobs& knobs) {
  BENCH_ASSIGN_OR_RETURN(std::string text, knobs.Read("cpu.max"));
  std::vector<absl::string_view> fields = absl::StrSplit(absl::StripAsciiWhitespace(text), ' ');
  if (fields.size() != 2) {
    return absl::DataLossError(absl::StrCat(knobs.PathOf("cpu.max"), " says \"", text, "\""));
  }
  BENCH_ASSIGN_OR_RETURN(int64_t quota_us, ParseKnobNumber(fields[0]));
  BENCH_ASSIGN_OR_RETURN(int64_t period_us, ParseKnobNumber(fields[1]));
  return quota_us == kNoLimit ? 0 : CpuMillisOfQuota(quota_us, period_us);
}

absl::StatusOr<int64_t> ReadMemoryLimitV2(const Knobs& knobs) {
  BENCH_ASSIGN_OR_RETURN(int64_t bytes, knobs.ReadNumber("memory.max"));
  return bytes == kNoLimit ? 0 : bytes;
}

LimitsV2::LimitsV2(CgroupKernel& kernel, const CgroupDirectories& group)
    : knobs_(&kernel, group.unified) {}

std::vector<std::string> LimitsV2::directories() const {
  return {knobs_.directory()};
}

absl::Status LimitsV2::SetMemory(int64_t memory_bytes) {
  if (memory_bytes < 0) return absl::InvalidArgumentError("a memory limit can't be negative");
  const bool limited = memory_bytes > 0;
  // Absent where the kernel has no swap.
  if (knobs_.Has("memory.swap.max")) {
    BENCH_RETURN_IF_ERROR(knobs_.Write("memory.swap.max", limited ? "0" : "max"));
  }
  // A group that is not ours may be slowed down below its limit.
  if (knobs_.Has("memory.high")) {
    BENCH_ASSIGN_OR_RETURN(int64_t high, knobs_.ReadNumber("memory.high"));
    if (high != kNoLimit) BENCH_RETURN_IF_ERROR(knobs_.Write("memory.high", "max"));
  }
  return knobs_.Write("memory.max", limited ? absl::StrCat(memory_bytes) : "max");
}

absl::Status LimitsV2::SetCpu(int32_t cpu_millis) {
  const int64_t period_us = absl::ToInt64Microseconds(kCfsPeriod);
  // A group that is not ours may have a burst, which may not be above the quota.
  BENCH_RETURN_IF_ERROR(ClearBurst(knobs_, "cpu.max.burst"));
  if (cpu_millis == 0) return knobs_.Write("cpu.max", absl::StrCat("max ", period_us));
  BENCH_ASSIGN_OR_RETURN(int64_t quota_us, CpuQuotaMicros(cpu_millis));
  return knobs_.Write("cpu.max", absl::StrCat(quota_us, " ", period_us));
}

absl::StatusOr<CgroupLimits> LimitsV2::ReadBack() const {
  CgroupLimits limits;
  BENCH_ASSIGN_OR_RETURN(limits.cpu_millis, ReadCpuLimitV2(knobs_));
  BENCH_ASSIGN_OR_RETURN(limits.memory_bytes, ReadMemoryLimitV2(knobs_));
  return limits;
}

absl::StatusOr<CgroupStats> LimitsV2::Stats() const {
  CgroupStats stats;
  BENCH_ASSIGN_OR_RETURN(std::string cpu_stat, knobs_.Read("cpu.stat"));
  BENCH_ASSIGN_OR_RETURN(int64_t usage_us, ParseKnobField(cpu_stat, "usage_usec"));
  BENCH_ASSIGN_OR_RETURN(stats.periods, ParseKnobField(cpu_stat, "nr_periods"));
  BENCH_ASSIGN_OR_RETURN(stats.throttled_periods, ParseKnobField(cpu_stat, "nr_throttled"));
  BENCH_ASSIGN_OR_RETURN(int64_t throttled_us, ParseKnobField(cpu_stat, "throttled_usec"));
  stats.cpu_usage = absl::Microseconds(usage_us);
  stats.throttled = absl::Microseconds(throttled_us);
  BENCH_ASSIGN_OR_RETURN(const int64_t usage, knobs_.ReadNumber("memory.current"));
  BENCH_ASSIGN_OR_RETURN(const int64_t cache, knobs_.ReadField("memory.stat", "inactive_file"));
  stats.memory_bytes = std::max<int64_t>(usage - cache, 0);
  BENCH_ASSIGN_OR_RETURN(stats.oom_kills, knobs_.ReadField("memory.events", "oom_kill"));
  return stats;
}

}  // namespace bench
