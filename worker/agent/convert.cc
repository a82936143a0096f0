#include "worker/agent/convert.h"

#include <google/protobuf/util/time_util.h>

#include "common/settings/settings_messages.h"
#include "common/version/version.h"

namespace bench {
namespace {

google::protobuf::Timestamp ToTimestamp(absl::Time time) {
  return google::protobuf::util::TimeUtil::NanosecondsToTimestamp(absl::ToUnixNanos(time));
}

void AddFiles(const std::vector<FileChecksum>& files,
              google::protobuf::RepeatedPtrField<v1::FileChecksum>* to) {
  for (const FileChecksum& file : files) {
    v1::FileChecksum* added = to->Add();
    added->set_path(file.path);
    added->set_sha256(file.sha256);
  }
}

void SetSensorFacts(const SensorFacts& facts, v1::Manifest* manifest) {
  manifest->set_libs_version(facts.libs_version);
  manifest->set_engine_version(facts.engine_version);
  manifest->set_driver_version(facts.driver_version);
  manifest->set_driver_api_version(facts.driver_api_version);
  manifest->set_driver_schema_version(facts.driver_schema_version);
  AddFiles(facts.config_files, manifest->mutable_config_files());
  AddFiles(facts.rules_files, manifest->mutable_rules_files());
  manifest->set_config_sha256(facts.config_sha256);
  manifest->set_rules_sha256(facts.rules_sha256);
  manifest->set_effective_config_sha256(facts.effective_config_sha256);
  if (facts.arguments) manifest->set_sensor_arguments(*facts.arguments);
  if (!facts.reads.empty()) {
    v1::Tag* reads = manifest->add_extra();
    reads->set_key("Feeds");
    reads->set_value(facts.reads);
  }
}

}  // namespace

v1::Result::Verdict ToProto(Verdict verdict) {
  switch (verdict) {
    case Verdict::kSustainable:
      return v1::Result::SUSTAINABLE;
    case Verdict::kGeneratorBound:
      return v1::Result::GENERATOR_BOUND;
    case Verdict::kOutOfMemory:
      return v1::Result::OUT_OF_MEMORY;
    case Verdict::kBelowMinimum:
      return v1::Result::BELOW_MINIMUM;
    case Verdict::kUnstable:
      return v1::Result::UNSTABLE;
    case Verdict::kTimedOut:
      return v1::Result::TIMED_OUT;
    case Verdict::kNoisyHost:
      return v1::Result::NOISY_HOST;
    case Verdict::kInfeasible:
      return v1::Result::INFEASIBLE;
    case Verdict::kFailed:
      return v1::Result::FAILED;
  }
  return v1::Result::FAILED;
}

v1::Result::LimitedBy ToProto(Cause cause) {
  switch (cause) {
    case Cause::kUnknown:
      return v1::Result::UNKNOWN;
    case Cause::kCpuLimit:
      return v1::Result::CPU_LIMIT;
    case Cause::kSingleThread:
      return v1::Result::SINGLE_THREAD;
    case Cause::kMemoryLimit:
      return v1::Result::MEMORY_LIMIT;
    case Cause::kRingBuffer:
      return v1::Result::RING_BUFFER;
    case Cause::kOutputQueue:
      return v1::Result::OUTPUT_QUEUE;
    case Cause::kGenerator:
      return v1::Result::GENERATOR;
    case Cause::kAction:
      return v1::Result::ACTION;
  }
  return v1::Result::UNKNOWN;
}

v1::Trial::Phase ToProto(TrialPhase phase) {
  switch (phase) {
    case TrialPhase::kBaseline:
      return v1::Trial::BASELINE;
    case TrialPhase::kCalibration:
      return v1::Trial::CALIBRATION;
    case TrialPhase::kRamp:
      return v1::Trial::RAMP;
    case TrialPhase::kBisection:
      return v1::Trial::BISECTION;
    case TrialPhase::kConfirmation:
      return v1::Trial::CONFIRMATION;
    case TrialPhase::kDoubling:
      return v1::Trial::DOUBLING;
    case TrialPhase::kRound:
      return v1::Trial::ROUND;
  }
  return v1::Trial::PHASE_UNSPECIFIED;
}

v1::Trial::Class ToProto(TrialClass trial_class) {
  switch (trial_class) {
    case TrialClass::kGood:
      return v1::Trial::GOOD;
    case TrialClass::kNoise:
      return v1::Trial::NOISE;
    case TrialClass::kBad:
      return v1::Trial::BAD;
    case TrialClass::kStrongBad:
      return v1::Trial::STRONG_BAD;
    case TrialClass::kGenerator:
      return v1::Trial::GENERATOR;
    case TrialClass::kOom:
      return v1::Trial::OOM;
    case TrialClass::kVoid:
      return v1::Trial::VOID;
    case TrialClass::kOutput:
      return v1::Trial::OUTPUT;
  }
  return v1::Trial::CLASS_UNSPECIFIED;
}

v1::Rates RatesAt(double syscalls_per_sec, const Calibration& calibration) {
  v1::Rates rates;
  rates.set_syscalls_per_sec(syscalls_per_sec);
  rates.set_events_per_sec(syscalls_per_sec * calibration.events_per_syscall);
  rates.set_actions_per_sec(syscalls_per_sec * calibration.actions_per_syscall);
  rates.set_alerts_per_sec(syscalls_per_sec * calibration.alerts_per_syscall);
  return rates;
}

v1::Trial ToProto(const TrialMeasurement& m, const Judgement& judgement,
                  const Calibration& calibration) {
  const double seconds = absl::ToDoubleSeconds(m.duration);
  v1::Trial trial;
  trial.set_phase(ToProto(m.request.phase));
  *trial.mutable_started_at() = ToTimestamp(m.started_at);
  trial.set_duration_sec(seconds);
  *trial.mutable_offered() = RatesAt(m.request.syscalls_per_sec, calibration);
  v1::Rates& achieved = *trial.mutable_achieved();
  achieved.set_syscalls_per_sec(m.achieved_syscalls_per_sec);
  achieved.set_actions_per_sec(m.achieved_actions_per_sec);
  if (seconds > 0) {
    achieved.set_events_per_sec(static_cast<double>(m.events) / seconds);
    achieved.set_alerts_per_sec(static_cast<double>(m.alerts_received) / seconds);
  }
  trial.set_events(m.events);
  trial.set_drops(m.drops);
  if (m.events > 0) {
    trial.set_loss_ratio(static_cast<double>(m.drops) / static_cast<double>(m.events));
  }
  trial.set_alerts_received(m.alerts_received);
  trial.set_alerts_expected(m.alerts_expected);
  trial.set_lag_median_ms(m.lag.median_ms);
  trial.set_lag_p95_ms(m.lag.p95_ms);
  trial.set_lag_peak_ms(m.lag.peak_ms);
  trial.set_lag_late_share(m.lag.late_share);
  trial.set_lag_slope_ms_per_sec(m.lag.slope_ms_per_sec);
  trial.set_cpu_cores(m.cpu_cores);
  trial.set_cpu_throttled_ratio(m.cpu_throttled_ratio);
  trial.set_memory_bytes(m.peak_memory_bytes);
  trial.set_generator_cpu_cores(m.generator_cpu_cores);
  trial.set_generator_max_lateness_ms(m.generator_max_lateness_ms);
  trial.set_host_max_stall_ms(m.host_max_stall_ms);
  trial.set_stopped_early(m.stopped_early);
  trial.set_classification(ToProto(judgement.trial_class));
  trial.set_reason(judgement.reason);
  trial.set_sensor_max_thread_cores(m.max_thread_cores);
  return trial;
}

v1::Sample ToProto(const TrialSample& from) {
  v1::Sample sample;
  sample.set_at_sec(absl::ToDoubleSeconds(from.at));
  sample.set_events(from.events);
  sample.set_drops(from.drops);
  sample.set_lag_ms(from.lag_ms);
  sample.set_cpu_cores(from.cpu_cores);
  sample.set_memory_bytes(from.memory_bytes);
  sample.set_issued_syscalls(from.issued_syscalls);
  sample.set_alerts(from.alerts);
  return sample;
}

v1::Baseline ToProto(const BaselineReading& from) {
  v1::Baseline baseline;
  baseline.set_events_per_sec(from.events_per_sec);
  baseline.set_drops(from.drops);
  baseline.set_lag_median_ms(from.lag_median_ms);
  return baseline;
}

v1::ActionCalibration ToProto(const Calibration::Unit& unit) {
  v1::ActionCalibration calibration;
  calibration.set_action(unit.action);
  calibration.set_syscalls_per_action(unit.syscalls_per_action);
  calibration.set_events_per_action(unit.events_per_action);
  calibration.set_alerts_per_action(unit.alerts_per_action);
  return calibration;
}

v1::SensorInfo ToProto(const SensorIdentity& sensor) {
  v1::SensorInfo info;
  info.set_kind(sensor.kind);
  info.set_version(sensor.version);
  info.set_driver(sensor.driver);
  return info;
}

v1::Manifest MakeManifest(const HostFacts& host, const RigFacts& rig) {
  v1::Manifest manifest;
  manifest.set_hostname(host.hostname);
  manifest.set_kernel(host.kernel_release);
  manifest.set_cpu_model(host.cpu_model);
  manifest.set_cpus(static_cast<int32_t>(host.online_cpus.size()));
  manifest.set_memory_bytes(host.memory_bytes);
  manifest.set_virtualization(host.virtualization);
  manifest.set_governor(host.governor);
  manifest.set_smt_active(host.smt_active);
  manifest.set_cgroup_version(rig.cgroup_version);
  *manifest.mutable_sensor() = ToProto(rig.sensor);
  manifest.set_ring_bytes(rig.ring_bytes);
  manifest.set_cpus_per_ring(rig.cpus_per_ring);
  manifest.set_generators(rig.generators);
  manifest.set_generator_cpus(rig.generator_cpus);
  manifest.set_sensor_cpus(rig.sensor_cpus);
  manifest.set_tool_version(Version());
  manifest.set_git_commit(GitCommit());
  manifest.set_sensor_command(rig.sensor_command);
  SetSensorFacts(rig.sensor_facts, &manifest);
  return manifest;
}

void SetHostLoad(const HostLoad& load, v1::Manifest* manifest) {
  if (load.steal_ratio) manifest->set_steal_ratio(*load.steal_ratio);
  if (load.psi_cpu_some_ratio) manifest->set_psi_cpu_some_ratio(*load.psi_cpu_some_ratio);
  if (load.psi_memory_some_ratio) manifest->set_psi_memory_some_ratio(*load.psi_memory_some_ratio);
  if (load.psi_io_some_ratio) manifest->set_psi_io_some_ratio(*load.psi_io_some_ratio);
}

MixSpec ToMixSpec(const v1::SweepSpec& spec) {
  MixSpec mix = {.profile = spec.profile(), .actions_regex = spec.actions_regex()};
  // Doubling is event-generator's bench: actions alone, in all of its rounds.
  if (spec.method() == "doubling" && mix.profile == "recipe") mix.profile = "alerts";
  for (const v1::MixPart& part : spec.mix()) mix.parts.push_back({part.action(), part.weight()});
  return mix;
}

RigSpec ToRigSpec(const v1::Assignment& assignment) {
  const v1::SweepSpec& spec = assignment.spec();
  return {.run_id = assignment.run_id(),
          .campaign_id = assignment.campaign_id(),
          .cpu_millis = assignment.cell().cpu_millis(),
          .memory_bytes = assignment.cell().memory_bytes(),
          .settings = SettingsText(SettingsOf(assignment.cell())),
          .mix = ToMixSpec(spec),
          .generators = spec.generators(),
          .pin = spec.pinning() != "off",
          .max_loss = spec.max_loss()};
}

SearchOptions ToSearchOptions(const v1::SweepSpec& spec) {
  SearchOptions options;
  if (spec.precision() > 0) options.precision = spec.precision();
  if (spec.round_duration_sec() > 0) {
    options.round_duration = absl::Seconds(spec.round_duration_sec());
  }
  return options;
}

}  // namespace bench
