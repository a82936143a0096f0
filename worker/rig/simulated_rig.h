// A rig without a sensor: SimModel on a scaled clock. For fleets of workers on one machine and for
// tests of faults. It says "simulated" wherever it is asked what it is, so that its results never
// mix with measured ones.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/os/clock.h"
#include "worker/rig/rig.h"
#include "worker/rig/sim_model.h"

namespace bench {

struct SimulatedRigOptions {
  double capacity_per_core = 100e3;  // events/s of one full core; the model has one thread
  double time_scale = 1;             // model seconds per real second
  // With the run's id it makes the model's seed: repeats of a run differ, a retried one does not.
  uint64_t seed = 0;
  double noise_scale = 1;  // 1 = typical, 0 = none
  double ring_events = 150e3;
  double generator_ceiling_syscalls_per_sec = 3e6;
};

class SimulatedRig final : public Rig {
 public:
  // Needs this much memory to start; the rest grows with the rate. Less: RESOURCE_EXHAUSTED.
  static constexpr int64_t kMemoryToStart = int64_t{48} << 20;

  // `cancelled` and `clock` outlive it. `progress` may be empty.
  SimulatedRig(const SimulatedRigOptions& options, ProgressSink progress,
               const std::atomic<bool>& cancelled, Clock& clock);

  absl::Status SetUp(const RigSpec& spec) override;
  absl::StatusOr<BaselineReading> MeasureBaseline() override;
  absl::StatusOr<Calibration> Calibrate() override;
  absl::StatusOr<TrialMeasurement> RunTrial(const TrialRequest& request) override;
  absl::Status TearDown() override;
  const RigFacts& facts() const override { return facts_; }

 private:
  // Lets model time pass on the real clock, in pieces short enough to be cancelled in.
  absl::Status Pass(absl::Duration model_time);
  absl::Status PassStage(const std::string& stage, absl::Duration model_time);
  // One load in the model, on the clock, with progress.
  absl::StatusOr<TrialMeasurement> Drive(const std::string& stage, const TrialRequest& request);
  absl::Status RequireSetUp() const;

  const SimulatedRigOptions options_;
  const ProgressSink progress_;
  const std::atomic<bool>& cancelled_;
  Clock& clock_;

  RigFacts facts_;
  Calibration calibration_;
  std::unique_ptr<SimModel> model_;  // from SetUp to TearDown
  absl::Duration owed_;              // real time still to pass: too short a piece to sleep
};

}  // namespace bench
