// What the host did while a run was measured on it: CPU time that its hypervisor took, and how long
// its tasks waited for something (PSI).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace bench {

// The "cpu" line of /proc/stat, in ticks since boot, over all CPUs.
struct CpuTicks {
  int64_t total = 0;  // all that a CPU can do, idle and stolen included
  int64_t steal = 0;
};

// One look at the counters. What the kernel doesn't have is unset.
struct HostLoadReading {
  absl::Duration at;  // monotonic
  std::optional<CpuTicks> cpu;
  // For how long some task has waited, since boot.
  std::optional<absl::Duration> waited_for_cpu;
  std::optional<absl::Duration> waited_for_memory;
  std::optional<absl::Duration> waited_for_io;
};

// Between two looks, each from 0 to 1; unset where either look lacks it, or no time passed.
struct HostLoad {
  std::optional<double> steal_ratio;  // of the CPU time
  std::optional<double> psi_cpu_some_ratio;
  std::optional<double> psi_memory_some_ratio;
  std::optional<double> psi_io_some_ratio;
};

// `root` is put before each path ("" in real life, a fake tree in tests).
HostLoadReading ReadHostLoad(absl::Duration now, const std::string& root = "");

// Pure, as the two below.
HostLoad LoadBetween(const HostLoadReading& begin, const HostLoadReading& end);

// From the text of /proc/stat.
std::optional<CpuTicks> ParseCpuTicks(absl::string_view stat);
// The `total=` of the line "some" of /proc/pressure/….
std::optional<absl::Duration> ParseSomePressure(absl::string_view pressure);

}  // namespace bench
