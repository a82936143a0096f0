#include "worker/rig/process_usage.h"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <system_error>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "common/os/files.h"
#include "common/os/process.h"

namespace bench {
namespace {

// utime and stime of a thread's stat, in ticks.
std::optional<double> ParseCpuSeconds(absl::string_view stat) {
  static const auto ticks_per_sec = static_cast<double>(sysconf(_SC_CLK_TCK));
  const std::vector<absl::string_view> fields = StatFieldsAfterName(stat);
  // They are fields 14 and 15 of the line; `fields` begins with the third.
  int64_t user = 0;
  int64_t system = 0;
  if (fields.size() <= 12 || !absl::SimpleAtoi(fields[11], &user) ||
      !absl::SimpleAtoi(fields[12], &system)) {
    return std::nullopt;
  }
  return static_cast<double>(user + system) / ticks_per_sec;
}

// What `parse` makes of the file `name` of each thread that still lives.
ThreadSeconds OfEachThread(pid_t pid, const char* name,
                           std::optional<double> (*parse)(absl::string_view)) {
  ThreadSeconds seconds;
  if (pid <= 0) return seconds;
  std::error_code error;
  std::filesystem::directory_iterator tasks(absl::StrCat("/proc/", pid, "/task"), error);
  for (; !error && tasks != std::filesystem::directory_iterator(); tasks.increment(error)) {
    pid_t tid = 0;
    if (!absl::SimpleAtoi(tasks->path().filename().string(), &tid)) continue;
    const absl::StatusOr<std::string> text = ReadFile(tasks->path() / name);
    if (!text.ok()) continue;
    if (const std::optional<double> told = parse(*text)) seconds[tid] = *told;
  }
  return seconds;
}

}  // namespace

std::optional<double> ParseWaitSeconds(absl::string_view schedstat) {
  const std::vector<absl::string_view> fields =
      absl::StrSplit(schedstat, absl::ByAnyChar(" \n"), absl::SkipEmpty());
  int64_t wait_ns = 0;
  if (fields.size() < 3 || !absl::SimpleAtoi(fields[1], &wait_ns) || wait_ns < 0) {
    return std::nullopt;
  }
  return static_cast<double>(wait_ns) * 1e-9;
}

ThreadSeconds ThreadCpuSeconds(pid_t pid) {
  return OfEachThread(pid, "stat", ParseCpuSeconds);
}

ThreadSeconds ThreadWaitSeconds(pid_t pid) {
  return OfEachThread(pid, "schedstat", ParseWaitSeconds);
}

double LargestGain(const ThreadSeconds& before, const ThreadSeconds& after) {
  double largest = 0;
  for (const auto& [tid, seconds] : after) {
    const auto earlier = before.find(tid);
    largest = std::max(largest, seconds - (earlier == before.end() ? 0 : earlier->second));
  }
  return largest;
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
