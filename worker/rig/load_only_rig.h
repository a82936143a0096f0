// A load with nobody watching: what the generator can make, or a load for a sensor that somebody
// else runs.
#pragma once

#include <atomic>

#include "common/os/clock.h"
#include "worker/rig/generator_load.h"
#include "worker/rig/rig.h"

namespace bench {

// Its trials tell what was issued; of events, alerts and lag it knows nothing.
class LoadOnlyRig final : public Rig {
 public:
  LoadOnlyRig(GeneratorLoadOptions options, ProgressSink progress,
              const std::atomic<bool>& cancelled, Clock& clock);

  absl::Status SetUp(const RigSpec& spec) override;
  absl::StatusOr<BaselineReading> MeasureBaseline() override { return BaselineReading(); }
  absl::StatusOr<Calibration> Calibrate() override;
  absl::StatusOr<TrialMeasurement> RunTrial(const TrialRequest& request) override;
  absl::Status TearDown() override;
  const RigFacts& facts() const override { return facts_; }

 private:
  GeneratorLoad load_;
  const ProgressSink progress_;
  const std::atomic<bool>& cancelled_;
  Clock& clock_;

  RigFacts facts_;
};

}  // namespace bench
