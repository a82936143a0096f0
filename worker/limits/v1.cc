#include "worker/limits/v1.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/status/status_macros.h"
#include "worker/limits/removal.h"

namespace bench {
namespace {

constexpr char kLimit[] = "memory.limit_in_bytes";
// Memory and swap together; only where the kernel accounts for swap.
constexpr char kLimitWithSwap[] = "memory.memsw.limit_in_bytes";

// The kernel says "no limit" as the largest multiple of a page below 2^63, whatever the page.
constexpr int64_t kUnlimitedFrom = int64_t{1} << 60;

}  // namespace

CgroupV1::CgroupV1(CgroupKernel& kernel, Clock& clock, const CgroupMounts& mounts,
                   const std::string& name)
    : kernel_(kernel),
      clock_(clock),
      cpu_(&kernel, absl::StrCat(mounts.cpu, "/", name)),
      cpuacct_(&kernel, absl::StrCat(mounts.cpuacct, "/", name)),
      memory_(&kernel, absl::StrCat(mounts.memory, "/", name)) {}

CgroupV1::~CgroupV1() {
  Remove().IgnoreError();
}

std::vector<std::string> CgroupV1::directories() const {
  std::vector<std::string> all;
  for (const Knobs* knobs : {&cpu_, &cpuacct_, &memory_}) {
    if (std::find(all.begin(), all.end(), knobs->directory()) == all.end()) {
      all.push_back(knobs->directory());
    }
  }
  return all;
}

std::vector<std::string> CgroupV1::procs_files() const {
  std::vector<std::string> files = directories();
  for (std::string& file : files) file += "/cgroup.procs";
  return files;
}

absl::Status CgroupV1::SetMemory(int64_t memory_bytes) {
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

absl::Status CgroupV1::SetCpu(int32_t cpu_millis) {
  if (cpu_millis == 0) return cpu_.Write("cpu.cfs_quota_us", "-1");
  BENCH_ASSIGN_OR_RETURN(int64_t quota_us, CpuQuotaMicros(cpu_millis));
  BENCH_RETURN_IF_ERROR(
      cpu_.Write("cpu.cfs_period_us", absl::StrCat(absl::ToInt64Microseconds(kCfsPeriod))));
  return cpu_.Write("cpu.cfs_quota_us", absl::StrCat(quota_us));
}

absl::StatusOr<CgroupLimits> CgroupV1::ReadBack() const {
  CgroupLimits limits;
  BENCH_ASSIGN_OR_RETURN(int64_t quota_us, cpu_.ReadNumber("cpu.cfs_quota_us"));
  BENCH_ASSIGN_OR_RETURN(int64_t period_us, cpu_.ReadNumber("cpu.cfs_period_us"));
  if (quota_us >= 0) limits.cpu_millis = CpuMillisOfQuota(quota_us, period_us);
  BENCH_ASSIGN_OR_RETURN(int64_t memory_bytes, memory_.ReadNumber(kLimit));
  if (memory_bytes < kUnlimitedFrom) limits.memory_bytes = memory_bytes;
  return limits;
}

absl::StatusOr<CgroupStats> CgroupV1::Stats() const {
  CgroupStats stats;
  BENCH_ASSIGN_OR_RETURN(int64_t usage_ns, cpuacct_.ReadNumber("cpuacct.usage"));
  stats.cpu_usage = absl::Nanoseconds(usage_ns);
  BENCH_ASSIGN_OR_RETURN(std::string cpu_stat, cpu_.Read("cpu.stat"));
  BENCH_ASSIGN_OR_RETURN(stats.periods, ParseKnobField(cpu_stat, "nr_periods"));
  BENCH_ASSIGN_OR_RETURN(stats.throttled_periods, ParseKnobField(cpu_stat, "nr_throttled"));
  BENCH_ASSIGN_OR_RETURN(int64_t throttled_ns, ParseKnobField(cpu_stat, "throttled_time"));
  stats.throttled = absl::Nanoseconds(throttled_ns);
  BENCH_ASSIGN_OR_RETURN(stats.memory_bytes, memory_.ReadNumber("memory.usage_in_bytes"));
  BENCH_ASSIGN_OR_RETURN(stats.peak_memory_bytes, memory_.ReadNumber("memory.max_usage_in_bytes"));
  BENCH_ASSIGN_OR_RETURN(stats.oom_kills, memory_.ReadField("memory.oom_control", "oom_kill"));
  return stats;
}

absl::Status CgroupV1::Remove() {
  if (removed_) return absl::OkStatus();
  absl::Status result;
  for (const std::string& directory : directories()) {
    result.Update(RemoveGroupDirectory(kernel_, clock_, directory));
  }
  removed_ = result.ok();
  return result;
}

}  // namespace bench
