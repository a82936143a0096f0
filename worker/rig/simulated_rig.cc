#include "worker/rig/simulated_rig.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/status/status_macros.h"
#include "common/units/quantity.h"
#include "worker/rig/calibration.h"
#include "worker/search/lateness.h"

namespace bench {
namespace {

constexpr absl::Duration kStartTime = absl::Seconds(2);
constexpr absl::Duration kBaselineTime = absl::Seconds(10);
constexpr absl::Duration kCalibrationTime = absl::Seconds(2);
// Sleeps are never shorter, so that a fast clock costs no CPU, nor longer between two looks at
// whether we are cancelled.
constexpr absl::Duration kShortestSleep = absl::Milliseconds(5);
constexpr absl::Duration kLongestSleep = absl::Milliseconds(50);
constexpr absl::Duration kProgressInterval = absl::Milliseconds(100);
constexpr double kEventBytes = 55;  // of an open or a close in the ring

constexpr double kCanariesPerSec = 10;

// Every call is one event, every action that has a rule makes one alert.
absl::StatusOr<Calibration> CalibrationOf(const MixSpec& spec) {
  BENCH_ASSIGN_OR_RETURN(const Mix mix, MakeMix(spec));
  std::vector<Calibration::Unit> units;
  for (const ActionInfo* action : mix.actions) {
    const double calls = action->syscalls_per_action;
    units.push_back({.action = action->name,
                     .syscalls_per_action = calls,
                     .events_per_action = calls,
                     .alerts_per_action = IsFiller(*action) ? 0.0 : 1.0});
  }
  return MixCalibration(mix, std::move(units));
}

// FNV-1a: the same on every machine and in every release, which absl::Hash is not.
uint64_t HashOf(absl::string_view text, uint64_t seed) {
  uint64_t hash = 14695981039346656037ULL ^ seed;
  for (char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  return hash;
}

}  // namespace

SimulatedRig::SimulatedRig(const SimulatedRigOptions& options, ProgressSink progress,
                           const std::atomic<bool>& cancelled, Clock& clock)
    : options_(options), progress_(std::move(progress)), cancelled_(cancelled), clock_(clock) {}

absl::Status SimulatedRig::Pass(absl::Duration model_time) {
  owed_ += model_time / options_.time_scale;
  while (owed_ >= kShortestSleep && !cancelled_) {
    absl::Duration before = clock_.Monotonic();
    clock_.Sleep(std::min(owed_, kLongestSleep));
    owed_ -= clock_.Monotonic() - before;  // a late wake-up is taken off the next sleep
  }
  return cancelled_ ? absl::CancelledError("cancelled") : absl::OkStatus();
}

absl::Status SimulatedRig::PassStage(const std::string& stage, absl::Duration model_time) {
  if (progress_) progress_({.stage = stage, .stage_total = model_time});
  return Pass(model_time);
}

absl::Status SimulatedRig::RequireSetUp() const {
  if (model_ != nullptr) return absl::OkStatus();
  return absl::FailedPreconditionError("the simulated sensor is not running; set it up first");
}

absl::Status SimulatedRig::SetUp(const RigSpec& spec) {
  if (!(options_.capacity_per_core > 0) || !(options_.time_scale > 0) ||
      !(options_.noise_scale >= 0) || !(options_.ring_events > 0) ||
      !(options_.generator_ceiling_syscalls_per_sec > 0)) {
    return absl::InvalidArgumentError(
        absl::StrCat("a simulated sensor needs a capacity (", options_.capacity_per_core,
                     " events/s), a time scale (", options_.time_scale,
                     "), a ring and a generator above zero, and no negative noise"));
  }
  BENCH_ASSIGN_OR_RETURN(calibration_, CalibrationOf(spec.mix));
  BENCH_RETURN_IF_ERROR(PassStage("starting the sensor (simulated)", kStartTime));
  if (spec.memory_bytes > 0 && spec.memory_bytes < kMemoryToStart) {
    return absl::ResourceExhaustedError(
        absl::StrCat("the memory limit of ", FormatMemoryBytes(spec.memory_bytes),
                     " killed the simulated sensor while it started; it needs ",
                     FormatMemoryBytes(kMemoryToStart)));
  }
  // Single-threaded: a limit above one core changes nothing.
  double cores = spec.cpu_millis > 0 ? std::min(1.0, spec.cpu_millis / 1000.0) : 1;
  SimModelOptions model;
  model.capacity_events_per_sec = options_.capacity_per_core * cores;
  model.ring_events = options_.ring_events;
  model.events_per_syscall = calibration_.events_per_syscall;
  model.actions_per_syscall = calibration_.actions_per_syscall;
  model.alerts_per_syscall = calibration_.alerts_per_syscall;
  model.canaries_per_sec = calibration_.alerts_per_syscall > 0 ? 0 : kCanariesPerSec;
  model.generator_ceiling_syscalls_per_sec = options_.generator_ceiling_syscalls_per_sec;
  model.cores = cores;
  model.throttle_allowance_ms = ThrottleAllowanceMs(spec.cpu_millis);
  model.memory_limit_bytes = spec.memory_bytes;
  model.base_memory_bytes = kMemoryToStart;
  model.max_loss = spec.max_loss;
  model.noise = ScaledNoise(options_.noise_scale);
  model.seed = HashOf(spec.run_id, options_.seed);
  model_ = std::make_unique<SimModel>(model);

  facts_ = {};
  facts_.sensor = {.kind = "simulated", .version = "model-1", .driver = "simulated"};
  facts_.sensor_command = "none (simulated)";
  facts_.cgroup_version = "none (simulated)";
  facts_.ring_bytes = static_cast<int64_t>(options_.ring_events * kEventBytes);
  facts_.generators = std::max(1, spec.generators);
  return absl::OkStatus();
}

absl::StatusOr<TrialMeasurement> SimulatedRig::Drive(const std::string& stage,
                                                     const TrialRequest& request) {
  BENCH_RETURN_IF_ERROR(RequireSetUp());
  absl::Time started_at = clock_.Now();
  absl::Duration last_progress = -kProgressInterval;
  model_->Begin(request);
  while (model_->Step()) {
    BENCH_RETURN_IF_ERROR(Pass(SimModel::kStep));
    absl::Duration now = clock_.Monotonic();
    if (!progress_ || now - last_progress < kProgressInterval) continue;
    last_progress = now;
    const TrialSample& sample = model_->samples().back();
    progress_(
        {.stage = stage,
         .stage_elapsed = sample.at,
         .stage_total = request.duration,
         .last_sample = sample,
         .events_per_sec = static_cast<double>(sample.events) / absl::ToDoubleSeconds(sample.at)});
  }
  TrialMeasurement trial = model_->Finish();
  trial.started_at = started_at;
  BENCH_RETURN_IF_ERROR(Pass(model_->DrainTime() + request.rest_after));
  return trial;
}

absl::StatusOr<BaselineReading> SimulatedRig::MeasureBaseline() {
  TrialRequest idle = {.phase = TrialPhase::kBaseline,
                       .syscalls_per_sec = kCanariesPerSec,
                       .duration = kBaselineTime};
  BENCH_ASSIGN_OR_RETURN(TrialMeasurement trial, Drive("baseline", idle));
  model_->SetLateThreshold(
      LateThresholdMs(model_->options().throttle_allowance_ms, trial.lag.p90_ms));
  return BaselineReading{
      .events_per_sec = static_cast<double>(trial.events) / absl::ToDoubleSeconds(trial.duration),
      .drops = trial.drops,
      .duration = trial.duration,
      .lag_median_ms = trial.lag.median_ms,
      .lag_p90_ms = trial.lag.p90_ms};
}

absl::StatusOr<Calibration> SimulatedRig::Calibrate() {
  BENCH_RETURN_IF_ERROR(RequireSetUp());
  for (const Calibration::Unit& unit : calibration_.units) {
    BENCH_RETURN_IF_ERROR(PassStage(absl::StrCat("calibration: ", unit.action), kCalibrationTime));
  }
  return calibration_;
}

absl::StatusOr<TrialMeasurement> SimulatedRig::RunTrial(const TrialRequest& request) {
  return Drive(absl::AsciiStrToLower(TrialPhaseName(request.phase)), request);
}

absl::Status SimulatedRig::TearDown() {
  model_.reset();
  return absl::OkStatus();
}

}  // namespace bench
