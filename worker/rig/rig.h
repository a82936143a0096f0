// A sensor under limits with a load to put on it: what a run is measured on.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "worker/actions/mix.h"
#include "worker/falco/sensor_facts.h"
#include "worker/search/measurement.h"

namespace bench {

struct RigSpec {
  std::string run_id;
  std::string campaign_id;
  int32_t cpu_millis = 0;    // 0 = no limit
  int64_t memory_bytes = 0;  // 0 = no limit
  // What the cell sets of the sensor, for messages: "driver=kmod"; empty: all is as its host has
  // it.
  std::string settings;
  MixSpec mix;
  int generators = 0;   // 0 = as many as the limit leaves CPUs, at least one
  bool pin = true;      // generator and sensor to CPUs of their own, where there are enough
  double max_loss = 0;  // tolerated share of lost events: a trial far beyond it is stopped early
};

struct SensorIdentity {
  std::string kind;  // "falco", "reference", "simulated"
  std::string version;
  std::string driver;
};

// Circumstances of the measurement that the rig decided or found.
struct RigFacts {
  SensorIdentity sensor;
  SensorFacts sensor_facts;
  std::string sensor_command;
  std::string cgroup_version;
  int64_t ring_bytes = 0;
  int cpus_per_ring = 0;
  int rings = 0;                 // 0 = unknown
  bool alerts_tell_lag = true;   // false: alerts are only counted, by the sensor's rule counters
  bool sees_host_stalls = true;  // false: no right to real-time priority
  int generators = 0;
  std::string generator_cpus;
  std::string sensor_cpus;
};

// What one unit of load makes, measured at a low rate.
struct BaselineReading {
  double events_per_sec = 0;
  double usual_events_per_sec = 0;  // of its median second: without bursts
  int64_t drops = 0;
  absl::Duration duration = absl::Seconds(10);  // of the look
  double lag_median_ms = 0;
  double lag_p90_ms = 0;
  TrialMeasurement idle;  // all that the look showed; empty where there was no real one
};

struct Calibration {
  struct Unit {
    std::string action;  // an action's name or "filler"
    double syscalls_per_action = 0;
    double events_per_action = 0;
    double alerts_per_action = 0;
  };
  std::vector<Unit> units;
  // Of the profile as it is mixed.
  double events_per_syscall = 0;
  double event_bytes = 56;  // in Falco's ring, the mean; assumed, see ActionInfo
  double actions_per_syscall = 0;
  double alerts_per_syscall = 0;
  // Of the idle host, where the first look at it did not fit what was seen since.
  std::optional<BaselineReading> baseline;
};

// The live view's figures while a stage runs.
struct RigProgress {
  std::string stage;  // "starting the sensor", "baseline", …
  absl::Duration stage_elapsed;
  absl::Duration stage_total;  // zero: unknown
  TrialSample last_sample;
  double events_per_sec = 0;
};

// Not thread-safe. All calls block; all of them end soon after *cancelled has become true
// (CANCELLED). The destructor tears down what is still up.
class Rig {
 public:
  using ProgressSink = std::function<void(const RigProgress&)>;
  virtual ~Rig() = default;

  // Starts the sensor under the memory limit, waits until it is ready, applies the CPU limit and
  // reads both back; one that runs already gets both at once. RESOURCE_EXHAUSTED: the memory limit
  // killed it, or would; OUT_OF_RANGE: it doesn't start with the cell's settings;
  // FAILED_PRECONDITION: it can't start here, or can't be limited (a failed start's message carries
  // its last words); else: our own trouble.
  virtual absl::Status SetUp(const RigSpec& spec) = 0;
  virtual absl::StatusOr<BaselineReading> MeasureBaseline() = 0;
  // May look at the idle host again: Calibration::baseline.
  virtual absl::StatusOr<Calibration> Calibrate() = 0;
  // Waits until the sensor has drained, drives the load, samples, and waits for the backlog. A
  // sensor that dies is part of the measurement, not an error; it has been started anew by the
  // next call.
  virtual absl::StatusOr<TrialMeasurement> RunTrial(const TrialRequest& request) = 0;
  // Undoes everything. Idempotent.
  virtual absl::Status TearDown() = 0;

  virtual const RigFacts& facts() const = 0;  // complete after SetUp
};

}  // namespace bench
