#include "worker/rig/load_only_rig.h"

#include <utility>

#include "common/status/status_macros.h"
#include "worker/rig/calibration.h"
#include "worker/rig/load_figures.h"

namespace bench {
namespace {

constexpr absl::Duration kTick = absl::Milliseconds(100);

}  // namespace

LoadOnlyRig::LoadOnlyRig(GeneratorLoadOptions options, ProgressSink progress,
                         const std::atomic<bool>& cancelled, Clock& clock)
    : load_(std::move(options)),
      progress_(std::move(progress)),
      cancelled_(cancelled),
      clock_(clock) {}

absl::Status LoadOnlyRig::SetUp(const RigSpec& spec) {
  return load_.SetUp(spec, &facts_);
}

absl::StatusOr<Calibration> LoadOnlyRig::Calibrate() {
  std::vector<Calibration::Unit> units;
  for (const ActionInfo* action : load_.mix().actions) {
    units.push_back({.action = action->name,
                     .syscalls_per_action = static_cast<double>(action->syscalls_per_action)});
  }
  return MixCalibration(load_.mix(), std::move(units));
}

absl::StatusOr<TrialMeasurement> LoadOnlyRig::RunTrial(const TrialRequest& request) {
  LoadEngine& engine = load_.engine();
  TrialMeasurement trial;
  trial.request = request;
  trial.started_at = clock_.Now();
  BENCH_RETURN_IF_ERROR(engine.Start(load_.NewLoad(request)));
  while (!engine.Finished() && !cancelled_) {
    clock_.Sleep(kTick);
    const LoadStats stats = engine.Poll();
    RigProgress progress = {
        .stage = "load", .stage_elapsed = stats.elapsed, .stage_total = request.duration};
    progress.last_sample.at = stats.elapsed;
    progress.last_sample.issued_syscalls = stats.issued_syscalls;
    if (progress_) progress_(progress);
  }
  absl::StatusOr<LoadResult> result = engine.Stop();
  if (cancelled_) return absl::CancelledError("cancelled");
  if (!result.ok()) return result.status();
  FillLoad(*result, &trial);
  return trial;
}

absl::Status LoadOnlyRig::TearDown() {
  load_.TearDown();
  return absl::OkStatus();
}

}  // namespace bench
