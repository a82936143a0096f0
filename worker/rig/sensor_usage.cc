#include "worker/rig/sensor_usage.h"

#include <algorithm>

namespace bench {

SensorUsage ReadUsage(LimitedSensor& sensor) {
  const pid_t pid = sensor.sensor().pid();
  return {.group = sensor.Stats(),
          .thread_cpu = ThreadCpuSeconds(pid),
          .thread_waits = ThreadWaitSeconds(pid),
          .resident_bytes = ResidentBytes(pid)};
}

void FillUsage(const SensorUsage& before, const SensorUsage& after, absl::Duration apart,
               TrialMeasurement* trial) {
  trial->resident_bytes = after.resident_bytes;
  const double seconds = absl::ToDoubleSeconds(apart);
  if (seconds <= 0) return;
  trial->max_thread_cores = LargestGain(before.thread_cpu, after.thread_cpu) / seconds;
  if (!before.group.ok() || !after.group.ok()) return;
  trial->cpu_cores = absl::FDivDuration(after.group->cpu_usage - before.group->cpu_usage, apart);
  const int64_t periods = after.group->periods - before.group->periods;
  const int64_t throttled = after.group->throttled_periods - before.group->throttled_periods;
  if (periods > 0) {
    trial->cpu_throttled_ratio = static_cast<double>(throttled) / static_cast<double>(periods);
  }
  trial->peak_memory_bytes = std::max(trial->peak_memory_bytes, after.group->memory_bytes);
  // Summed over the CPUs, the throttled time is no less than what any one thread waited for it.
  const double throttled_sec =
      absl::ToDoubleSeconds(after.group->throttled - before.group->throttled);
  const double waited_sec = LargestGain(before.thread_waits, after.thread_waits) - throttled_sec;
  trial->runqueue_wait_ratio = std::clamp(waited_sec / seconds, 0.0, 1.0);
}

}  // namespace bench
