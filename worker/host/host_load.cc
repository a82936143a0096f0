#include "worker/host/host_load.h"

#include <algorithm>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "common/os/files.h"

namespace bench {
namespace {

std::optional<absl::Duration> ReadPressure(const std::string& root, absl::string_view what) {
  absl::StatusOr<std::string> text = ReadFile(absl::StrCat(root, "/proc/pressure/", what));
  // A kernel with `psi=0` has the files and answers EOPNOTSUPP.
  return text.ok() ? ParseSomePressure(*text) : std::nullopt;
}

std::optional<double> Share(std::optional<absl::Duration> begin, std::optional<absl::Duration> end,
                            absl::Duration elapsed) {
  if (!begin || !end || elapsed <= absl::ZeroDuration()) return std::nullopt;
  // The kernel brings its counters up to date every two seconds, so a short time can show more
  // than all of it.
  return std::clamp(absl::FDivDuration(*end - *begin, elapsed), 0.0, 1.0);
}

}  // namespace

std::optional<CpuTicks> ParseCpuTicks(absl::string_view stat) {
  // user nice system idle iowait irq softirq steal; guest time, which follows, is part of user.
  constexpr size_t kSteal = 7;
  for (absl::string_view line : absl::StrSplit(stat, '\n')) {
    if (!absl::ConsumePrefix(&line, "cpu ")) continue;
    std::vector<absl::string_view> fields = absl::StrSplit(line, ' ', absl::SkipWhitespace());
    if (fields.size() <= kSteal) return std::nullopt;
    CpuTicks ticks;
    for (size_t i = 0; i <= kSteal; ++i) {
      int64_t value = 0;
      if (!absl::SimpleAtoi(fields[i], &value)) return std::nullopt;
      ticks.total += value;
      ticks.steal = value;
    }
    return ticks;
  }
  return std::nullopt;
}

std::optional<absl::Duration> ParseSomePressure(absl::string_view pressure) {
  for (absl::string_view line : absl::StrSplit(pressure, '\n')) {
    if (!absl::ConsumePrefix(&line, "some ")) continue;
    for (absl::string_view field : absl::StrSplit(line, ' ')) {
      int64_t micros = 0;
      if (absl::ConsumePrefix(&field, "total=") && absl::SimpleAtoi(field, &micros)) {
        return absl::Microseconds(micros);
      }
    }
  }
  return std::nullopt;
}

HostLoadReading ReadHostLoad(absl::Duration now, const std::string& root) {
  HostLoadReading reading;
  reading.at = now;
  if (absl::StatusOr<std::string> stat = ReadFile(root + "/proc/stat"); stat.ok()) {
    reading.cpu = ParseCpuTicks(*stat);
  }
  reading.waited_for_cpu = ReadPressure(root, "cpu");
  reading.waited_for_memory = ReadPressure(root, "memory");
  reading.waited_for_io = ReadPressure(root, "io");
  return reading;
}

HostLoad LoadBetween(const HostLoadReading& begin, const HostLoadReading& end) {
  HostLoad load;
  if (begin.cpu && end.cpu && end.cpu->total > begin.cpu->total) {
    load.steal_ratio = std::clamp(static_cast<double>(end.cpu->steal - begin.cpu->steal) /
                                      static_cast<double>(end.cpu->total - begin.cpu->total),
                                  0.0, 1.0);
  }
  const absl::Duration elapsed = end.at - begin.at;
  load.psi_cpu_some_ratio = Share(begin.waited_for_cpu, end.waited_for_cpu, elapsed);
  load.psi_memory_some_ratio = Share(begin.waited_for_memory, end.waited_for_memory, elapsed);
  load.psi_io_some_ratio = Share(begin.waited_for_io, end.waited_for_io, elapsed);
  return load;
}

}  // namespace bench
