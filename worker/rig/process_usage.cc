#include "worker/rig/process_usage.h"

#include <unistd.h>

#include <filesystem>
#include <string>
#include <system_error>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "common/os/files.h"

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

int64_t ResidentBytes(pid_t pid) {
  if (pid <= 0) return 0;
  // Pages: all, resident, …
  const std::string statm = ReadFile(absl::StrCat("/proc/", pid, "/statm")).value_or("");
  const std::vector<absl::string_view> pages = absl::StrSplit(statm, ' ');
  int64_t resident = 0;
  if (pages.size() < 2 || !absl::SimpleAtoi(pages[1], &resident)) return 0;
  return resident * sysconf(_SC_PAGESIZE);
}

}  // namespace bench
