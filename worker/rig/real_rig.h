// The rig of a real host: a sensor process in a control group, generator processes beside it.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/os/clock.h"
#include "worker/rig/generator_load.h"
#include "worker/rig/limited_sensor.h"
#include "worker/rig/own_matches.h"
#include "worker/rig/rig.h"
#include "worker/rig/trial_runner.h"

namespace bench {

struct RealRigOptions {
  LimitedSensorMaker make_sensor;
  int cgroup_version = 0;
  GeneratorLoadOptions load;  // its journal and its CPUs are the sensor's too
};

class RealRig final : public Rig {
 public:
  RealRig(RealRigOptions options, ProgressSink progress, const std::atomic<bool>& cancelled,
          Clock& clock);
  ~RealRig() override;

  absl::Status SetUp(const RigSpec& spec) override;
  absl::StatusOr<BaselineReading> MeasureBaseline() override;
  absl::StatusOr<Calibration> Calibrate() override;
  absl::StatusOr<TrialMeasurement> RunTrial(const TrialRequest& request) override;
  absl::Status TearDown() override;
  const RigFacts& facts() const override { return facts_; }

 private:
  void Say(const std::string& stage, absl::Duration total = absl::ZeroDuration());
  absl::Status StartSensor();
  absl::Status Rest(absl::Duration duration);
  // What comes before the search: a sensor that dies, or is not left alone, is an error here.
  absl::StatusOr<TrialMeasurement> RunPreparation(const TrialPlan& plan, TrialReadings* readings);
  // One action alone, slowly; its counters around it.
  absl::StatusOr<Calibration::Unit> CalibrateAction(const ActionInfo& action);
  absl::StatusOr<Calibration::Unit> LookAtAction(const ActionInfo& action);
  absl::StatusOr<Calibration> CalibrateOnce();
  double AlertsPerCanary() const;

  const RealRigOptions options_;
  const ProgressSink progress_;
  const std::atomic<bool>& cancelled_;
  Clock& clock_;

  RigSpec spec_;
  RigFacts facts_;
  GeneratorLoad load_;
  BaselineReading baseline_;
  OwnMatches own_matches_;
  Calibration calibration_;
  std::unique_ptr<LimitedSensor> sensor_;
  std::unique_ptr<StallProbe> stalls_;
  std::unique_ptr<TrialRunner> runner_;
};

}  // namespace bench
