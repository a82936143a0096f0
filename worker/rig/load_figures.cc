#include "worker/rig/load_figures.h"

#include <algorithm>

namespace bench {

void FillLoad(const LoadResult& load, TrialMeasurement* trial) {
  const double seconds = std::max(1e-3, absl::ToDoubleSeconds(load.duration));
  trial->duration = load.duration;
  trial->stopped_early = load.stopped_early;
  trial->achieved_syscalls_per_sec = static_cast<double>(load.stats.issued_syscalls) / seconds;
  trial->achieved_actions_per_sec = static_cast<double>(load.stats.issued_actions) / seconds;
  trial->generator_cpu_cores = absl::ToDoubleSeconds(load.stats.cpu) / seconds;
  trial->generator_max_lateness_ms = absl::ToDoubleMilliseconds(load.stats.max_lateness);
  for (const ActionLatency& latency : load.latencies) {
    if (latency.samples == 0) continue;
    trial->action_times.push_back({.action = latency.action,
                                   .mean_us = absl::ToDoubleMicroseconds(latency.mean),
                                   .median_us = absl::ToDoubleMicroseconds(latency.p50)});
  }
}

void FillStalls(const StallReading& stalls, TrialMeasurement* trial) {
  if (!stalls.real_time) return;
  trial->host_max_stall_ms = absl::ToDoubleMilliseconds(stalls.max_stall);
}

}  // namespace bench
