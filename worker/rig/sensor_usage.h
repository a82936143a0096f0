// What a sensor under limits has used, and what two such readings say of the load between them: the
// causes of a verdict, never the verdict.
#pragma once

#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "worker/limits/cgroup.h"
#include "worker/rig/limited_sensor.h"
#include "worker/rig/process_usage.h"
#include "worker/search/measurement.h"

namespace bench {

struct SensorUsage {
  absl::StatusOr<CgroupStats> group;  // an error of a sensor that is gone
  // Cumulative, of each of its threads.
  ThreadSeconds thread_cpu;
  ThreadSeconds thread_waits;
  int64_t resident_bytes = 0;  // 0 = not known
};

// From the running sensor; of one that is gone, what is left to read.
SensorUsage ReadUsage(LimitedSensor& sensor);

// CPU, throttling, waiting and memory of the trial. `apart`: the time between the readings; not
// positive, or a group that could not be read: those of its figures stay 0. Pure.
void FillUsage(const SensorUsage& before, const SensorUsage& after, absl::Duration apart,
               TrialMeasurement* trial);

}  // namespace bench
