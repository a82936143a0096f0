#include "worker/rig/load_only_rig.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/os/files.h"
#include "common/status/status_macros.h"
#include "worker/cleanup/state_dir.h"
#include "worker/rig/calibration.h"
#include "worker/rig/load_figures.h"

namespace bench {
namespace {

constexpr absl::Duration kTick = absl::Milliseconds(100);

}  // namespace

LoadOnlyRig::LoadOnlyRig(LoadOnlyOptions options, ProgressSink progress,
                         const std::atomic<bool>& cancelled, Clock& clock)
    : options_(std::move(options)),
      progress_(std::move(progress)),
      cancelled_(cancelled),
      clock_(clock) {}

absl::Status LoadOnlyRig::SetUp(const RigSpec& spec) {
  spec_ = spec;
  BENCH_ASSIGN_OR_RETURN(mix_, MakeMix(spec.mix));
  placement_ = PlaceProcesses(options_.cpus, spec.cpu_millis, spec.generators, spec.pin);
  facts_.generators = placement_.generators;
  facts_.generator_cpus = FormatCpuList(placement_.generator_cpus);
  const std::string scratch = ScratchPath(options_.journal->state_dir());
  BENCH_RETURN_IF_ERROR(MakeDirectories(scratch));
  engine_ = std::make_unique<LoadEngine>(options_.generator_path, scratch, options_.journal);
  return absl::OkStatus();
}

absl::StatusOr<Calibration> LoadOnlyRig::Calibrate() {
  std::vector<Calibration::Unit> units;
  for (const ActionInfo* action : mix_.actions) {
    units.push_back({.action = action->name,
                     .syscalls_per_action = static_cast<double>(action->syscalls_per_action)});
  }
  return MixCalibration(mix_, std::move(units));
}

absl::StatusOr<TrialMeasurement> LoadOnlyRig::RunTrial(const TrialRequest& request) {
  LoadRequest load;
  load.marker = absl::StrCat(kMarkerPrefix, spec_.run_id, "-t", ++loads_);
  load.mix = spec_.mix;
  load.syscalls_per_sec = request.syscalls_per_sec;
  load.sleep_between_actions = request.sleep_between_actions;
  load.duration = request.duration;
  load.processes = placement_.generators;
  load.cpus = placement_.generator_cpus;

  TrialMeasurement trial;
  trial.request = request;
  trial.started_at = clock_.Now();
  BENCH_RETURN_IF_ERROR(engine_->Start(load));
  while (!engine_->Finished() && !cancelled_) {
    clock_.Sleep(kTick);
    const LoadStats stats = engine_->Poll();
    RigProgress progress = {
        .stage = "load", .stage_elapsed = stats.elapsed, .stage_total = request.duration};
    progress.last_sample.at = stats.elapsed;
    progress.last_sample.issued_syscalls = stats.issued_syscalls;
    if (progress_) progress_(progress);
  }
  absl::StatusOr<LoadResult> result = engine_->Stop();
  if (cancelled_) return absl::CancelledError("cancelled");
  if (!result.ok()) return result.status();
  FillLoad(*result, &trial);
  return trial;
}

absl::Status LoadOnlyRig::TearDown() {
  if (engine_ != nullptr) engine_->Stop().IgnoreError();
  engine_.reset();
  return absl::OkStatus();
}

}  // namespace bench
