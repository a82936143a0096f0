#include "worker/rig/limited_sensor.h"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <system_error>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/os/files.h"
#include "common/units/quantity.h"

namespace bench {

std::map<pid_t, double> ThreadCpuSeconds(pid_t pid) {
  std::map<pid_t, double> seconds;
  if (pid <= 0) return seconds;
  const double ticks_per_sec = static_cast<double>(sysconf(_SC_CLK_TCK));
  std::error_code error;
  std::filesystem::directory_iterator tasks(absl::StrCat("/proc/", pid, "/task"), error);
  for (; !error && tasks != std::filesystem::directory_iterator(); tasks.increment(error)) {
    pid_t tid = 0;
    if (!absl::SimpleAtoi(tasks->path().filename().string(), &tid)) continue;
    absl::StatusOr<std::string> stat = ReadFile(tasks->path().string() + "/stat");
    if (!stat.ok()) continue;
    size_t after_name = stat->rfind(") ");
    if (after_name == std::string::npos) continue;
    std::vector<absl::string_view> fields =
        absl::StrSplit(absl::string_view(*stat).substr(after_name + 2), ' ');
    // utime and stime are fields 14 and 15 of the line; `fields` begins with the third.
    int64_t user = 0;
    int64_t system = 0;
    if (fields.size() > 12 && absl::SimpleAtoi(fields[11], &user) &&
        absl::SimpleAtoi(fields[12], &system)) {
      seconds[tid] = static_cast<double>(user + system) / ticks_per_sec;
    }
  }
  return seconds;
}

absl::Status CheckLimitsHold(const CgroupLimits& wanted, const CgroupLimits& now) {
  constexpr int64_t kPageTolerance = 65536;
  if (now.cpu_millis != wanted.cpu_millis) {
    return absl::InternalError(absl::StrCat("the CPU limit did not hold: asked for ",
                                            FormatCpuMillis(wanted.cpu_millis),
                                            ", the kernel says ", FormatCpuMillis(now.cpu_millis)));
  }
  if (std::llabs(now.memory_bytes - wanted.memory_bytes) > kPageTolerance) {
    return absl::InternalError(absl::StrCat(
        "the memory limit did not hold: asked for ", FormatMemoryBytes(wanted.memory_bytes),
        ", the kernel says ", FormatMemoryBytes(now.memory_bytes)));
  }
  return absl::OkStatus();
}

}  // namespace bench
