#include "worker/limits/v1.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/status/status_macros.h"

namespace bench {
namespace {

constexpr char kLimit[] = "memory.limit_in_bytes";
// Memory and swap together; only where the kernel accounts for swap.
constexpr char kLimitWithSwap[] = "memory.memsw.limit_in_bytes";

// The kernel says "no limit" as the largest multiple of a page below 2^63, whatever the page.
constexpr int64_t kUnlimitedFrom = int64_t{1} << 60;

}  // namespace

absl::StatusOr<int32_t> ReadCpuLimitV1(const Knobs& cpu) {
  BENCH_ASSIGN_OR_RETURN(int64_t quota_us, cpu.ReadNumber("cpu.cfs_quota_us"));
  BENCH_ASSIGN_OR_RETURN(int64_t period_us, cpu.ReadNumber("cpu.cfs_period_us"));
  return quota_us < 0 ? 0 : CpuMillisOfQuota(quota_us, period_us);
}

absl::StatusOr<int64_t> ReadMemoryLimitV1(const Knobs& memory) {
  BENCH_ASSIGN_OR_RETURN(int64_t bytes, memory.ReadNumber(kLimit));
  return bytes < kUnlimitedFrom ? bytes : 0;
}

LimitsV1::LimitsV1(CgroupKernel& kernel, const CgroupDirectories& group)
    : cpu_(&kernel, group.cpu), cpuacct_(&kernel, group.cpuacct), memory_(&kernel, group.memory) {}

std::vector<std::string> LimitsV1::directories() const {
  std::vector<std::string> all;
  for (const Knobs* knobs : {&cpu_, &cpuacct_, &memory_}) {
    if (std::find(all.begin(), all.end(), knobs->directory()) == all.end()) {
      all.push_back(knobs->directory());
    }
  }
  return all;
}

absl::Status LimitsV1::SetMemory(int64_t memory_bytes) {
  if (memory_bytes < 0) return absl::InvalidArgumentError("a memory limit can't be negative");
  const std::string text = memory_bytes == 0 ? "-1" : absl::StrCat(memory_bytes);
  if (!memory_.Has(kLimitWithSwap)) {
    // The nearest to a limit on swap: never swap this group out.
    if (memory_bytes > 0 && memory_.Has("memory.swappiness")) {
      BENCH_RETURN_IF_ERROR(memory_.Write("memory.swappiness", "0"));
    }
    return memory_.Write(kLimit, text);
  }
  // At no moment may the limit of both together be below that of memory alone.
  BENCH_ASSIGN_OR_RETURN(int64_t with_swap_now, memory_.ReadNumber(kLimitWithSwap));
  const bool raise = memory_bytes == 0 || memory_bytes >= with_swap_now;
  BENCH_RETURN_IF_ERROR(memory_.Write(raise ? kLimitWithSwap : kLimit, text));
  return memory_.Write(raise ? kLimit : kLimitWithSwap, text);
}

absl::Status LimitsV1::SetCpu(int32_t cpu_millis) {
  const int64_t period_us = absl::ToInt64Microseconds(kCfsPeriod);
  const int64_t no_quota = -1;
  int64_t quota_us = no_quota;
  if (cpu_millis != 0) {
    BENCH_ASSIGN_OR_RETURN(quota_us, CpuQuotaMicros(cpu_millis));
  }
  // A group that is not ours may have a burst, which may not be above the quota, and another
  // period: the old quota in the new period may be more than the group above has.
  BENCH_RETURN_IF_ERROR(ClearBurst(cpu_, "cpu.cfs_burst_us"));
  BENCH_ASSIGN_OR_RETURN(int64_t period_now_us, cpu_.ReadNumber("cpu.cfs_period_us"));
  if (period_now_us != period_us) {
    BENCH_RETURN_IF_ERROR(cpu_.Write("cpu.cfs_quota_us", absl::StrCat(no_quota)));
    BENCH_RETURN_IF_ERROR(cpu_.Write("cpu.cfs_period_us", absl::StrCat(period_us)));
  }
  return cpu_.Write("cpu.cfs_quota_us", absl::StrCat(quota_us));
}

absl::StatusOr<CgroupLimits> LimitsV1::ReadBack() const {
  CgroupLimits limits;
  BENCH_ASSIGN_OR_RETURN(limits.cpu_millis, ReadCpuLimitV1(cpu_));
  BENCH_ASSIGN_OR_RETURN(limits.memory_bytes, ReadMemoryLimitV1(memory_));
  return limits;
}

absl::StatusOr<CgroupStats> LimitsV1::Stats() const {
  CgroupStats stats;
  BENCH_ASSIGN_OR_RETURN(int64_t usage_ns, cpuacct_.ReadNumber("cpuacct.usage"));
  stats.cpu_usage = absl::Nanoseconds(usage_ns);
  BENCH_ASSIGN_OR_RETURN(std::string cpu_stat, cpu_.Read("cpu.stat"));
  BENCH_ASSIGN_OR_RETURN(stats.periods, ParseKnobField(cpu_stat, "nr_periods"));
  BENCH_ASSIGN_OR_RETURN(stats.throttled_periods, ParseKnobField(cpu_stat, "nr_throttled"));
  BENCH_ASSIGN_OR_RETURN(int64_t throttled_ns, ParseKnobField(cpu_stat, "throttled_time"));
  stats.throttled = absl::Nanoseconds(throttled_ns);
  BENCH_ASSIGN_OR_RETURN(const int64_t usage, memory_.ReadNumber("memory.usage_in_bytes"));
  BENCH_ASSIGN_OR_RETURN(const int64_t cache,
                         memory_.ReadField("memory.stat", "total_inactive_file"));
  stats.memory_bytes = std::max<int64_t>(usage - cache, 0);
  BENCH_ASSIGN_OR_RETURN(stats.oom_kills, memory_.ReadField("memory.oom_control", "oom_kill"));
  return stats;
}

}  // namespace bench
