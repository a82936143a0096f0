// A load with nobody watching: what the generator can make, or a load for a sensor that somebody
// else runs.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "common/os/clock.h"
#include "worker/load/load_engine.h"
#include "worker/rig/placement.h"
#include "worker/rig/rig.h"

namespace bench {

struct LoadOnlyOptions {
  Journal* journal = nullptr;  // not owned
  std::string generator_path;  // the bench-generator program
  std::vector<int> cpus;       // that may be used, ascending
};

// Its trials tell what was issued; of events, alerts and lag it knows nothing.
class LoadOnlyRig final : public Rig {
 public:
  LoadOnlyRig(LoadOnlyOptions options, ProgressSink progress, const std::atomic<bool>& cancelled,
              Clock& clock);

  absl::Status SetUp(const RigSpec& spec) override;
  absl::StatusOr<BaselineReading> MeasureBaseline() override { return BaselineReading(); }
  absl::StatusOr<Calibration> Calibrate() override;
  absl::StatusOr<TrialMeasurement> RunTrial(const TrialRequest& request) override;
  absl::Status TearDown() override;
  const RigFacts& facts() const override { return facts_; }

 private:
  const LoadOnlyOptions options_;
  const ProgressSink progress_;
  const std::atomic<bool>& cancelled_;
  Clock& clock_;

  RigSpec spec_;
  RigFacts facts_;
  Placement placement_;
  Mix mix_;
  std::unique_ptr<LoadEngine> engine_;
  int loads_ = 0;  // numbers the markers
};

}  // namespace bench
