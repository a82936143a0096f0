// Drives one load on a running sensor and measures it: the only place where load, counters, alerts,
// limits and the host are read side by side.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "common/os/clock.h"
#include "worker/load/load_engine.h"
#include "worker/load/stall_probe.h"
#include "worker/rig/drain.h"
#include "worker/rig/idle_memory.h"
#include "worker/rig/lag_tracker.h"
#include "worker/rig/limited_sensor.h"
#include "worker/rig/rig.h"

namespace bench {

struct TrialPlan {
  std::string stage;  // for the live view
  TrialRequest request;
  LoadRequest load;
  double late_threshold_ms = 0;
  // Stop when the trial can only be bad: with more drops than this, or a lag beyond 1.5 s. < 0: no.
  double max_drops = -1;
};

// Counters around a trial: what the trial's own measurement does not keep.
struct TrialReadings {
  CounterReading before;
  CounterReading after;  // left empty where the sensor died
  LoadStats load;
  int64_t own_alerts = 0;  // those with the trial's marker
};

// Not thread-safe; used from the thread that outlives the sensor and the generators.
class TrialRunner {
 public:
  TrialRunner(LimitedSensor& sensor, LoadEngine& engine, StallProbe& stalls,
              Rig::ProgressSink progress, const std::atomic<bool>& cancelled, Clock& clock);

  // A sensor that dies is part of the measurement. Errors: CANCELLED; a load that can't be made;
  // a sensor that lives but tells no counters (UNAVAILABLE). `readings` may be null.
  absl::StatusOr<TrialMeasurement> Run(const TrialPlan& plan, TrialReadings* readings);

  // Waits, up to a minute, for what the last trial left waiting in the sensor, if it ended before
  // that was worked off: it would make the next one's alerts late. CANCELLED.
  absl::Status AwaitDrained();

 private:
  class Window;  // the state of one trial

  // Of the last trial, where its backlog outlasted it.
  struct Left {
    Drain drain;
    CounterReading before;
    int64_t own_alerts = 0;
  };

  // Whether the sensor has died; how, in `trial`.
  bool RecordDeath(TrialMeasurement* trial);
  // Waits until what the load left is worked off, or for too long (kept in left_), or the sensor
  // dies, or it is cancelled. The last counters read; an error: it tells none.
  absl::StatusOr<CounterReading> DrainOf(Window& window, TrialMeasurement* trial);

  LimitedSensor& sensor_;
  LoadEngine& engine_;
  StallProbe& stalls_;
  const Rig::ProgressSink progress_;
  const std::atomic<bool>& cancelled_;
  Clock& clock_;
  std::optional<Left> left_;
  IdleMemory idle_memory_;
};

}  // namespace bench
