#include "worker/agent/run_executor.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/status/status_macros.h"
#include "worker/agent/convert.h"
#include "worker/rig/calibration.h"
#include "worker/search/cpu_shortage.h"
#include "worker/search/methods.h"

namespace bench {
namespace {

// In Result::flags, beside those of the search.
constexpr absl::string_view kFlagCleanUpIncomplete = "CLEANUP_INCOMPLETE";
// No right to real-time priority: no trial could be left out for a stall of the host.
constexpr absl::string_view kFlagStallsUnseen = "HOST_STALLS_UNSEEN";

}  // namespace

RunExecutor::RunExecutor(const v1::Assignment& assignment, RigFactory factory, RunSink& sink,
                         const HostFacts& host, HostLoadSource host_load,
                         const std::atomic<bool>& cancelled, Clock& clock)
    : assignment_(assignment),
      factory_(std::move(factory)),
      sink_(sink),
      host_(host),
      host_load_(std::move(host_load)),
      cancelled_(cancelled),
      clock_(clock),
      started_(clock.Monotonic()) {}

void RunExecutor::ReportProgress(const RigProgress& from) {
  v1::Progress progress;
  progress.set_run_id(assignment_.run_id());
  progress.set_stage(from.stage);
  progress.set_trial_number(static_cast<int32_t>(trials_.size()) + 1);
  progress.set_sensor_events_per_sec(from.events_per_sec);
  progress.set_drops(from.last_sample.drops);
  progress.set_lag_ms(from.last_sample.lag_ms);
  progress.set_cpu_cores(from.last_sample.cpu_cores);
  if (from.last_sample.at > absl::ZeroDuration()) {
    progress.set_offered_syscalls_per_sec(static_cast<double>(from.last_sample.issued_syscalls) /
                                          absl::ToDoubleSeconds(from.last_sample.at));
  }
  if (search_ != nullptr) {
    progress.set_lower_syscalls_per_sec(search_->lower_syscalls_per_sec());
    progress.set_upper_syscalls_per_sec(search_->upper_syscalls_per_sec());
  }
  progress.set_elapsed_sec(absl::ToDoubleSeconds(clock_.Monotonic() - started_));
  progress.set_stage_elapsed_sec(absl::ToDoubleSeconds(from.stage_elapsed));
  progress.set_stage_total_sec(absl::ToDoubleSeconds(from.stage_total));
  progress.set_note(note_);
  sink_.OnProgress(progress);
}

void RunExecutor::ReportHostLoad() {
  if (!manifest_) return;
  SetHostLoad(LoadBetween(host_load_at_start_, host_load_()), &*manifest_);
  sink_.OnManifest(*manifest_);
}

absl::Status RunExecutor::LookAtIdleHost() {
  // One burst of somebody else's can fill a ring: what overloads the sensor by itself does so in
  // each look.
  constexpr int kLooks = 3;
  for (int look = 0; look < kLooks; ++look) {
    BENCH_ASSIGN_OR_RETURN(baseline_, rig_->MeasureBaseline());
    idle_overload_ =
        FindIdleOverload(baseline_.idle, baseline_.events_per_sec, assignment_.cell().cpu_millis());
    if (!idle_overload_) break;
  }
  return absl::OkStatus();
}

absl::Status RunExecutor::Prepare() {
  BENCH_ASSIGN_OR_RETURN(
      ChosenRig chosen,
      factory_(
          assignment_, [this](const RigProgress& progress) { ReportProgress(progress); },
          cancelled_));
  rig_ = std::move(chosen.rig);
  note_ = chosen.note;
  BENCH_RETURN_IF_ERROR(rig_->SetUp(ToRigSpec(assignment_)));
  manifest_ = MakeManifest(host_, rig_->facts());
  sink_.OnManifest(*manifest_);
  BENCH_RETURN_IF_ERROR(LookAtIdleHost());
  sink_.OnBaseline(ToProto(baseline_));
  if (idle_overload_) return absl::OkStatus();
  BENCH_ASSIGN_OR_RETURN(calibration_, rig_->Calibrate());
  if (calibration_.baseline) {
    baseline_ = *calibration_.baseline;
    sink_.OnBaseline(ToProto(baseline_));
  }
  std::vector<v1::ActionCalibration> units;
  for (const Calibration::Unit& unit : calibration_.units) units.push_back(ToProto(unit));
  sink_.OnCalibration(units);
  return absl::OkStatus();
}

absl::StatusOr<Judgement> RunExecutor::RunOneTrial(const TrialRequest& request) {
  BENCH_ASSIGN_OR_RETURN(TrialMeasurement measurement, rig_->RunTrial(request));
  ring_events_seen_ = std::max(ring_events_seen_, measurement.ring_events_seen);
  JudgeOptions options = JudgeOptionsFor(ToRigSpec(assignment_), baseline_, calibration_,
                                         rig_->facts(), ring_events_seen_);
  options.precision = assignment_.spec().precision();
  options.usual_wait = UsualWait(cpu_waits_);
  Judgement judgement = JudgeTrial(measurement, options);

  cpu_waits_.push_back(measurement.runqueue_wait_ratio);
  trials_.push_back({.measurement = measurement, .judgement = judgement});
  v1::Trial trial = ToProto(measurement, judgement, calibration_);
  trial.set_run_id(assignment_.run_id());
  trial.set_attempt(assignment_.attempt());
  trial.set_number(static_cast<int32_t>(trials_.size()));
  std::vector<v1::Sample> samples;
  for (const TrialSample& sample : measurement.samples) {
    samples.push_back(ToProto(sample));
    samples.back().set_trial_number(trial.number());
  }
  sink_.OnTrial(trial, samples);
  return judgement;
}

absl::Status RunExecutor::Search() {
  const v1::SweepSpec& spec = assignment_.spec();
  SearchOptions options = ToSearchOptions(spec);
  const absl::Duration search_started = clock_.Monotonic();
  if (spec.run_timeout_sec() > 0) {
    options.time_budget = absl::Seconds(spec.run_timeout_sec()) - (search_started - started_);
  }
  if (assignment_.hints_size() > 0) {
    options.hint_syscalls_per_sec = assignment_.hints(0).syscalls_per_sec();
  }
  options.ring_syscalls = HiddenSyscalls(calibration_, rig_->facts(), /*ring_events_seen=*/0);
  BENCH_ASSIGN_OR_RETURN(search_, MakeSearchMethod(spec.method(), options));
  const double cpu_limit = assignment_.cell().cpu_millis() > 0
                               ? std::min(1.0, assignment_.cell().cpu_millis() / 1000.0)
                               : 1.0;
  while (std::optional<TrialRequest> request = search_->Next(clock_.Monotonic() - search_started)) {
    BENCH_ASSIGN_OR_RETURN(Judgement judgement, RunOneTrial(*request));
    const TrialMeasurement& measured = trials_.back().measurement;
    search_->Record(MakeTrialOutcome(measured, judgement, measured.cpu_cores / cpu_limit));
  }
  return absl::OkStatus();
}

std::vector<const TrialMeasurement*> RunExecutor::TrialsAt(double syscalls_per_sec) const {
  std::vector<const TrialMeasurement*> found;
  auto is_it = [syscalls_per_sec](double rate) {
    return rate > 0 && std::abs(rate - syscalls_per_sec) <= 0.01 * syscalls_per_sec;
  };
  for (const JudgedTrial& trial : trials_) {
    const TrialMeasurement& m = trial.measurement;
    if (trial.judgement.trial_class == TrialClass::kVoid) continue;
    if (is_it(m.request.syscalls_per_sec) || is_it(m.achieved_syscalls_per_sec)) {
      found.push_back(&m);
    }
  }
  return found;
}

v1::Usage RunExecutor::UsageAtAnswer() const {
  v1::Usage usage;
  std::vector<const TrialMeasurement*> at_answer;
  if (search_ != nullptr) at_answer = TrialsAt(search_->Result().sustainable_syscalls_per_sec);
  for (const TrialMeasurement* m : at_answer) {
    auto count = static_cast<double>(at_answer.size());
    usage.set_cpu_cores(usage.cpu_cores() + m->cpu_cores / count);
    usage.set_cpu_throttled_ratio(usage.cpu_throttled_ratio() + m->cpu_throttled_ratio / count);
  }
  for (const JudgedTrial& trial : trials_) {
    usage.set_peak_memory_bytes(
        std::max(usage.peak_memory_bytes(), trial.measurement.peak_memory_bytes));
  }
  return usage;
}

v1::Rates RunExecutor::MeasuredRatesAt(double syscalls_per_sec) const {
  v1::Rates rates = RatesAt(syscalls_per_sec, calibration_);
  double events = 0;
  double seconds = 0;
  for (const TrialMeasurement* m : TrialsAt(syscalls_per_sec)) {
    if (m->events <= 0) continue;  // the sensor died, and told none
    events += static_cast<double>(m->events);
    seconds += absl::ToDoubleSeconds(m->duration);
  }
  if (seconds > 0) rates.set_events_per_sec(events / seconds);
  return rates;
}

RunOutcome RunExecutor::Conclude(const absl::Status& status) {
  RunOutcome outcome;
  if (rig_ != nullptr) outcome.sensor = ToProto(rig_->facts().sensor);
  outcome.usage = UsageAtAnswer();
  v1::Result& result = outcome.result;
  if (idle_overload_ || search_ != nullptr) {
    SearchResult found = idle_overload_ ? idle_overload_->result : search_->Result();
    CauseFinding cause = idle_overload_
                             ? idle_overload_->cause
                             : FindCause(found, assignment_.cell().cpu_millis(), trials_);
    result.set_verdict(ToProto(found.verdict));
    result.set_limited_by(ToProto(cause.cause));
    result.set_limited_by_detail(cause.detail);
    *result.mutable_sustainable() = MeasuredRatesAt(found.sustainable_syscalls_per_sec);
    *result.mutable_upper() = MeasuredRatesAt(found.upper_syscalls_per_sec);
    result.set_confirmed_trials(found.confirmed_trials);
    for (const std::string& flag : found.flags) result.add_flags(flag);
    if (baseline_.drops > 0) result.add_flags(std::string(kFlagIdleDrops));
    if (!rig_->facts().sees_host_stalls) result.add_flags(std::string(kFlagStallsUnseen));
    for (const std::string& line : found.report) result.add_report(line);
    result.set_message(found.message);
  }
  if (!status.ok()) {
    outcome.cancelled = absl::IsCancelled(status) || cancelled_;
    const bool killed = absl::IsResourceExhausted(status);
    const bool infeasible = absl::IsOutOfRange(status);
    result.set_verdict(killed       ? v1::Result::OUT_OF_MEMORY
                       : infeasible ? v1::Result::INFEASIBLE
                                    : v1::Result::FAILED);
    result.set_limited_by(killed ? v1::Result::MEMORY_LIMIT : v1::Result::UNKNOWN);
    result.set_message(std::string(status.message()));
    // What the host or the user must mend first would fail again.
    outcome.retryable = !killed && !infeasible && !outcome.cancelled &&
                        !absl::IsFailedPrecondition(status) && !absl::IsInvalidArgument(status) &&
                        !absl::IsPermissionDenied(status) && !absl::IsAlreadyExists(status) &&
                        !absl::IsNotFound(status);
  }
  return outcome;
}

RunOutcome RunExecutor::Execute() {
  host_load_at_start_ = host_load_();
  absl::Status status = Prepare();
  if (status.ok() && !idle_overload_) status = Search();
  ReportHostLoad();
  RunOutcome outcome = Conclude(status);
  if (rig_ != nullptr) {
    ReportProgress({.stage = "cleaning up"});
    if (absl::Status undone = rig_->TearDown(); !undone.ok()) {
      outcome.result.set_message(absl::StrCat(outcome.result.message(),
                                              outcome.result.message().empty() ? "" : "; ",
                                              "cleaning up: ", undone.message()));
      outcome.result.add_flags(std::string(kFlagCleanUpIncomplete));
    }
  }
  return outcome;
}

}  // namespace bench
