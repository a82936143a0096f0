#include "worker/rig/real_rig.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/status/status_macros.h"
#include "worker/falco/rule_key.h"
#include "worker/rig/calibration.h"
#include "worker/search/judge.h"
#include "worker/search/lateness.h"

namespace bench {
namespace {

constexpr absl::Duration kBaselineDuration = absl::Seconds(5);
constexpr absl::Duration kCalibrationDuration = absl::Seconds(1);
constexpr double kCalibrationActionsPerSec = 500;
constexpr int kCalibrationRetries = 2;
constexpr int kPreparationTries = 3;
constexpr double kCanaryPerSec = 10;
// A load of next to nothing, for the canary to ride on while the host is idle.
constexpr double kIdleSyscallsPerSec = 2;
// Loss at which a trial can only be bad, above the tolerated one.
constexpr double kHopelessLoss = 0.02;
constexpr absl::Duration kRestBetweenTrials = absl::Seconds(1);

}  // namespace

RealRig::RealRig(RealRigOptions options, ProgressSink progress, const std::atomic<bool>& cancelled,
                 Clock& clock)
    : options_(std::move(options)),
      progress_(std::move(progress)),
      cancelled_(cancelled),
      clock_(clock),
      load_(options_.load) {}

RealRig::~RealRig() {
  TearDown().IgnoreError();
}

void RealRig::Say(const std::string& stage, absl::Duration total) {
  if (progress_) progress_({.stage = stage, .stage_total = total});
}

absl::Status RealRig::Rest(absl::Duration duration) {
  constexpr absl::Duration kStep = absl::Milliseconds(100);
  for (absl::Duration rested; rested < duration; rested += kStep) {
    if (cancelled_) return absl::CancelledError("cancelled");
    clock_.Sleep(std::min(kStep, duration - rested));
  }
  return absl::OkStatus();
}

absl::Status RealRig::StartSensor() {
  Say("starting the sensor");
  BENCH_RETURN_IF_ERROR(sensor_->Start());
  Sensor& sensor = sensor_->sensor();
  facts_.sensor = {.kind = std::string(sensor.kind()),
                   .version = std::string(sensor.version()),
                   .driver = std::string(sensor.driver())};
  facts_.sensor_facts = sensor.facts();
  facts_.sensor_command = sensor.command();
  facts_.sensor_cpus = FormatCpuList(sensor_->cpus());
  facts_.ring_bytes = sensor.ring_bytes();
  facts_.cpus_per_ring = sensor.cpus_per_ring();
  facts_.alerts_tell_lag = sensor.tells_alerts();
  const int cpus = static_cast<int>(options_.load.cpus.size());
  facts_.rings =
      facts_.cpus_per_ring > 0 ? (cpus + facts_.cpus_per_ring - 1) / facts_.cpus_per_ring : 1;
  return cancelled_ ? absl::CancelledError("cancelled") : absl::OkStatus();
}

absl::Status RealRig::SetUp(const RigSpec& spec) {
  spec_ = spec;
  BENCH_RETURN_IF_ERROR(load_.SetUp(spec, &facts_));
  facts_.cgroup_version = absl::StrCat("v", options_.cgroup_version);
  sensor_ = options_.make_sensor(
      {.group_name = absl::StrCat(kMarkerPrefix, spec.run_id),
       .limits = {.cpu_millis = spec.cpu_millis, .memory_bytes = spec.memory_bytes},
       .cpus = load_.placement().sensor_cpus,
       .scratch_dir = load_.scratch_dir()});
  if (absl::Status started = StartSensor(); !started.ok()) {
    if (spec.settings.empty() || !absl::IsFailedPrecondition(started)) return started;
    return absl::OutOfRangeError(
        absl::StrCat("the sensor does not start with ", spec.settings, ": ", started.message()));
  }
  stalls_ = std::make_unique<StallProbe>();
  facts_.sees_host_stalls = stalls_->Read().real_time;
  runner_ = std::make_unique<TrialRunner>(*sensor_, load_.engine(), *stalls_, progress_, cancelled_,
                                          clock_);
  return absl::OkStatus();
}

absl::StatusOr<TrialMeasurement> RealRig::RunPreparation(const TrialPlan& plan,
                                                         TrialReadings* readings) {
  std::string disturbance;
  for (int i = 0; i < kPreparationTries; ++i) {
    if (sensor_->CheckDeath()) BENCH_RETURN_IF_ERROR(StartSensor());
    BENCH_ASSIGN_OR_RETURN(TrialMeasurement trial, runner_->Run(plan, readings));
    if (trial.sensor_restarted && trial.disturbance.empty()) {
      std::string message =
          absl::StrCat("the sensor died during the ", plan.stage, ": ", trial.sensor_exit);
      if (trial.oom_killed) return absl::ResourceExhaustedError(message);
      return absl::FailedPreconditionError(message);
    }
    if (trial.disturbance.empty()) return trial;
    disturbance = trial.disturbance;
  }
  return absl::UnavailableError(
      absl::StrCat("the sensor is not left alone during the ", plan.stage, ": ", disturbance));
}

absl::StatusOr<BaselineReading> RealRig::MeasureBaseline() {
  Say("baseline", kBaselineDuration);
  TrialPlan plan;
  plan.stage = "baseline";
  plan.request = {.phase = TrialPhase::kBaseline, .duration = kBaselineDuration};
  plan.load = load_.NewLoad("idle");
  plan.load.mix = {.profile = "filler"};
  plan.load.processes = 1;
  plan.load.syscalls_per_sec = kIdleSyscallsPerSec;
  plan.load.canary_per_sec = kCanaryPerSec;
  plan.load.duration = kBaselineDuration;
  plan.late_threshold_ms =
      LateThresholdMs(ThrottleAllowanceMs(spec_.cpu_millis), baseline_.lag_p90_ms);
  TrialReadings readings;
  BENCH_ASSIGN_OR_RETURN(TrialMeasurement idle, RunPreparation(plan, &readings));
  double seconds = absl::ToDoubleSeconds(readings.after.at - readings.before.at);
  // The probes' own events are not the host's; a captured call is one event.
  double own = static_cast<double>(readings.load.issued_syscalls);
  baseline_ = {
      .events_per_sec =
          seconds > 0 ? std::max(0.0, (static_cast<double>(idle.events) - own) / seconds) : 0,
      .usual_events_per_sec = UsualEventsPerSec(idle),
      .drops = idle.drops,
      .duration = kBaselineDuration,
      .lag_median_ms = idle.lag.median_ms,
      .lag_p90_ms = idle.lag.p90_ms,
      .idle = idle};
  own_matches_.SawIdle(readings.before, readings.after,
                       {std::string(kCanaryAction), readings.load.issued_canaries});
  return baseline_;
}

absl::StatusOr<Calibration::Unit> RealRig::CalibrateAction(const ActionInfo& action) {
  constexpr size_t kLooksAmongBursts = 3;
  std::vector<Calibration::Unit> looks;
  do {
    BENCH_ASSIGN_OR_RETURN(Calibration::Unit unit, LookAtAction(action));
    looks.push_back(std::move(unit));
  } while (MayHoldABurst(looks.back(), baseline_) && looks.size() < kLooksAmongBursts);
  return looks.size() < kLooksAmongBursts ? looks.back() : MedianUnit(std::move(looks));
}

absl::StatusOr<Calibration::Unit> RealRig::LookAtAction(const ActionInfo& action) {
  TrialPlan plan;
  plan.stage = absl::StrCat("calibration of ", action.name);
  plan.request = {.phase = TrialPhase::kCalibration, .duration = kCalibrationDuration};
  plan.load = load_.NewLoad("cal");
  plan.load.only_action = action.name;
  plan.load.processes = 1;
  plan.load.syscalls_per_sec = kCalibrationActionsPerSec * action.syscalls_per_action;
  plan.load.duration = kCalibrationDuration;
  plan.late_threshold_ms =
      LateThresholdMs(ThrottleAllowanceMs(spec_.cpu_millis), baseline_.lag_p90_ms);
  TrialReadings readings;
  BENCH_ASSIGN_OR_RETURN(TrialMeasurement trial, RunPreparation(plan, &readings));
  ActionCount count;
  count.syscalls = readings.load.issued_syscalls;
  count.actions = count.syscalls / std::max(1, action.syscalls_per_action);
  count.events = trial.events;
  count.alerts = readings.own_alerts;
  own_matches_.SawAction({action.name, RuleKey(action.rule), count.actions}, readings.before,
                         readings.after);
  count.background_events = baseline_.usual_events_per_sec *
                            absl::ToDoubleSeconds(readings.after.at - readings.before.at);
  return CalibrateUnit(action, count);
}

absl::StatusOr<Calibration> RealRig::CalibrateOnce() {
  std::vector<const ActionInfo*> actions = load_.mix().actions;
  bool has_canary = std::any_of(actions.begin(), actions.end(), [](const ActionInfo* action) {
    return action->name == kCanaryAction;
  });
  if (!has_canary) actions.push_back(FindAction(kCanaryAction));
  std::vector<Calibration::Unit> units;
  for (const ActionInfo* action : actions) {
    BENCH_ASSIGN_OR_RETURN(Calibration::Unit unit, CalibrateAction(*action));
    units.push_back(unit);
  }
  if (!sensor_->sensor().tells_alerts()) {
    for (Calibration::Unit& unit : units) unit.alerts_per_action = own_matches_.PerRun(unit.action);
  }
  return MixCalibration(load_.mix(), std::move(units));
}

absl::StatusOr<Calibration> RealRig::Calibrate() {
  BENCH_ASSIGN_OR_RETURN(calibration_, CalibrateOnce());
  // A host that was busier during the baseline than now makes the load's own events vanish behind
  // it: look at both again, before saying that there are none.
  for (int again = 0; again < kCalibrationRetries && FewEvents(load_.mix(), calibration_);
       ++again) {
    BENCH_RETURN_IF_ERROR(MeasureBaseline().status());
    BENCH_ASSIGN_OR_RETURN(calibration_, CalibrateOnce());
    calibration_.baseline = baseline_;
  }
  if (calibration_.events_per_syscall <= 0) {
    return absl::FailedPreconditionError(
        absl::StrFormat("the sensor counted no event for any syscall of this load, beside the "
                        "host's own %.0f/s: nothing can be measured with this profile on this "
                        "sensor; try --profile recipe, or a quieter host",
                        baseline_.events_per_sec));
  }
  return calibration_;
}

double RealRig::AlertsPerCanary() const {
  for (const Calibration::Unit& unit : calibration_.units) {
    if (unit.action == kCanaryAction) return unit.alerts_per_action;
  }
  return 0;
}

absl::StatusOr<TrialMeasurement> RealRig::RunTrial(const TrialRequest& request) {
  BENCH_RETURN_IF_ERROR(runner_->AwaitDrained());
  if (sensor_->CheckDeath()) BENCH_RETURN_IF_ERROR(StartSensor());
  BENCH_RETURN_IF_ERROR(Rest(kRestBetweenTrials));

  TrialPlan plan;
  plan.stage = absl::AsciiStrToLower(TrialPhaseName(request.phase));
  plan.request = request;
  plan.load = load_.NewLoad(request);
  const bool few_alerts =
      calibration_.alerts_per_syscall <= 0 ||
      (request.syscalls_per_sec > 0 &&
       request.syscalls_per_sec * calibration_.alerts_per_syscall < kCanaryPerSec);
  const bool probes_needed = facts_.alerts_tell_lag && few_alerts && AlertsPerCanary() > 0;
  if (probes_needed) plan.load.canary_per_sec = kCanaryPerSec;
  plan.late_threshold_ms =
      LateThresholdMs(ThrottleAllowanceMs(spec_.cpu_millis), baseline_.lag_p90_ms);
  const bool open_loop = request.sleep_between_actions == absl::ZeroDuration();
  if (open_loop && request.may_stop_early) {
    plan.max_drops = (spec_.max_loss + kHopelessLoss) * request.syscalls_per_sec *
                         calibration_.events_per_syscall * absl::ToDoubleSeconds(request.duration) +
                     IdleDropsAllowed({.baseline_drops = baseline_.drops,
                                       .baseline_duration = baseline_.duration},
                                      request.duration);
  }

  TrialReadings readings;
  BENCH_ASSIGN_OR_RETURN(TrialMeasurement trial, runner_->Run(plan, &readings));
  // Where no alert is delivered, the sensor's own rule counters tell how many there were.
  if (!sensor_->sensor().tells_alerts()) {
    trial.alerts_received = own_matches_.Between(readings.before, readings.after);
  }
  for (ActionTime& time : trial.action_times) {
    for (int step : load_.mix().cycle)
      time.per_cycle += load_.mix().actions[step]->name == time.action ? 1 : 0;
    time.syscalls = FindAction(time.action)->syscalls_per_action;
  }
  auto canaries = static_cast<double>(readings.load.issued_canaries);
  double actions = static_cast<double>(readings.load.issued_actions) - canaries;
  trial.alerts_expected = canaries * AlertsPerCanary();
  if (calibration_.actions_per_syscall > 0) {
    trial.alerts_expected +=
        actions * calibration_.alerts_per_syscall / calibration_.actions_per_syscall;
  }
  BENCH_RETURN_IF_ERROR(Rest(request.rest_after));
  return trial;
}

absl::Status RealRig::TearDown() {
  runner_.reset();
  load_.TearDown();
  stalls_.reset();
  absl::Status status;
  if (sensor_ != nullptr) status = sensor_->Stop();
  if (status.ok()) sensor_.reset();
  return status;
}

}  // namespace bench
