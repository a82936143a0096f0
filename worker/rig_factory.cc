#include "worker/rig_factory.h"

#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/settings/sensor_name.h"
#include "common/settings/settings_messages.h"
#include "common/status/status_macros.h"
#include "worker/actions/mix.h"
#include "worker/agent/convert.h"
#include "worker/attach_falco.h"
#include "worker/falco/make_sensor.h"
#include "worker/host/falco_finder.h"
#include "worker/host/falco_follower.h"
#include "worker/limits/cgroup.h"
#include "worker/rig/real_rig.h"
#include "worker/rig/simulated_rig.h"
#include "worker/rig/started_sensor.h"
#include "worker/sensor_choice.h"
#include "worker/sensor_options.h"

namespace bench {
namespace {

// Falco collects a snapshot in the thread that handles events: not too often under a small limit.
constexpr absl::Duration kFalcoMetricsInterval = absl::Milliseconds(500);
constexpr absl::Duration kReferenceMetricsInterval = absl::Milliseconds(100);

FalcoOnHost LookForFalco(const std::string& wanted_binary) {
  FalcoOnHost host;
  if (absl::StatusOr<FalcoBinary> falco = FindFalco(wanted_binary); falco.ok()) {
    host.binary = falco->path;
    host.version = falco->version;
  } else {
    host.why_none = std::string(falco.status().message());
  }
  for (const RunningFalco& running : FindRunningFalco()) {
    host.running.push_back(absl::StrCat("pid ", running.pid, ": ", HowToStop(running)));
  }
  return host;
}

absl::StatusOr<SensorFactory> FalcoFactory(const WorkerOptions& options, const FalcoOnHost& host,
                                           const SensorSettings& settings) {
  FalcoOptions falco;
  falco.binary = host.binary;
  if (!options.falco_config.empty()) falco.config = options.falco_config;
  BENCH_ASSIGN_OR_RETURN(falco, WithSettings(falco, settings, options.rules_dirs));
  return SensorFactory([falco] { return MakeFalcoSensor(falco); });
}

absl::StatusOr<SensorFactory> ReferenceFactory(const WorkerOptions& options,
                                               const SensorSettings& settings) {
  ReferenceOptions reference;
  reference.binary = SensorPath(options);
  BENCH_ASSIGN_OR_RETURN(reference, WithSettings(reference, settings));
  return SensorFactory([reference] { return MakeReferenceSensor(reference); });
}

// One that we start, in a group of its own.
absl::StatusOr<LimitedSensorMaker> Start(const std::string& kind, const WorkerOptions& options,
                                         const FalcoOnHost& host, const SensorSettings& settings,
                                         Journal* journal) {
  const bool is_falco = kind == "falco";
  BENCH_ASSIGN_OR_RETURN(const SensorFactory factory, is_falco
                                                          ? FalcoFactory(options, host, settings)
                                                          : ReferenceFactory(options, settings));
  BENCH_ASSIGN_OR_RETURN(const CgroupMounts mounts, FindCgroups());
  const absl::Duration interval = is_falco ? kFalcoMetricsInterval : kReferenceMetricsInterval;
  return LimitedSensorMaker([=](const LimitedSensorOptions& limited) {
    return std::make_unique<StartedSensor>(factory, mounts, journal, interval, limited);
  });
}

struct Choice {
  LimitedSensorMaker make;
  std::string note;
};

// One that runs already. `wait` is the run's.
absl::StatusOr<Choice> Attach(const std::string& sensor, const AlertTls& tls,
                              const std::shared_ptr<FalcoFollower>& follower, const FalcoWait& wait,
                              Journal* journal) {
  BENCH_ASSIGN_OR_RETURN(const AttachWish wish, ParseAttach(sensor));
  BENCH_ASSIGN_OR_RETURN(const FalcoToAttachTo falco,
                         FindFalcoToAttachTo(*follower, wish, tls, wait));
  const RunningSensorFinder find = FollowFalco(follower, falco, tls, wait);
  return Choice{.make =
                    [find, journal](const LimitedSensorOptions& limited) {
                      return std::make_unique<AdoptedSensor>(find, journal, limited);
                    },
                .note = AttachNote(falco)};
}

SimulatedRigOptions ToSimulatedOptions(const v1::SweepSpec& spec) {
  SimulatedRigOptions options;
  if (spec.sim_time_scale() > 0) options.time_scale = spec.sim_time_scale();
  if (spec.sim_capacity_per_core() > 0) options.capacity_per_core = spec.sim_capacity_per_core();
  return options;
}

}  // namespace

std::string WithLeftOut(std::string note, const v1::SweepSpec& spec) {
  const absl::StatusOr<Mix> mix = MakeMix(ToMixSpec(spec));
  if (mix.ok() && !mix->left_out.empty()) {
    absl::StrAppend(&note, note.empty() ? "" : "\n  note: ", LeftOutNote(*mix));
  }
  return note;
}

RigFactory MakeRigFactory(const WorkerOptions& options,
                          const absl::StatusOr<std::unique_ptr<Journal>>& journal,
                          std::vector<int> cpus, Clock& clock) {
  // Of all runs: what the next one attaches to is what this one did, restarted or not.
  auto follower = std::make_shared<FalcoFollower>(clock);
  return [options, &journal, cpus = std::move(cpus), &clock, follower](
             const v1::Assignment& assignment, Rig::ProgressSink progress,
             const std::atomic<bool>& cancelled) -> absl::StatusOr<ChosenRig> {
    const v1::SweepSpec& spec = assignment.spec();
    const SensorSettings settings = SettingsOf(assignment.cell());
    Choice choice;
    if (IsAttach(spec.sensor())) {
      BENCH_RETURN_IF_ERROR(CheckSettings(settings, spec.sensor()));
      BENCH_RETURN_IF_ERROR(journal.status());
      const FalcoWait wait = {.cancelled = &cancelled, .say = [progress](const std::string& stage) {
                                if (progress) progress({.stage = stage});
                              }};
      BENCH_ASSIGN_OR_RETURN(
          choice, Attach(spec.sensor(), options.alert_tls, follower, wait, journal->get()));
    } else {
      FalcoOnHost host;
      if (spec.sensor() != "simulated") host = LookForFalco(options.falco_bin);
      BENCH_ASSIGN_OR_RETURN(const SensorChoice sensor, ChooseSensor(spec.sensor(), host));
      BENCH_RETURN_IF_ERROR(CheckSettings(settings, sensor.kind));
      if (sensor.kind == "simulated") {
        return ChosenRig{std::make_unique<SimulatedRig>(ToSimulatedOptions(spec),
                                                        std::move(progress), cancelled, clock),
                         WithLeftOut(sensor.note, spec)};
      }
      BENCH_RETURN_IF_ERROR(journal.status());
      BENCH_ASSIGN_OR_RETURN(choice.make,
                             Start(sensor.kind, options, host, settings, journal->get()));
      choice.note = sensor.note;
    }
    RealRigOptions rig;
    rig.load = {.journal = journal->get(), .generator_path = GeneratorPath(options), .cpus = cpus};
    BENCH_ASSIGN_OR_RETURN(const CgroupMounts mounts, FindCgroups());
    rig.cgroup_version = mounts.version;
    rig.make_sensor = choice.make;
    return ChosenRig{
        std::make_unique<RealRig>(std::move(rig), std::move(progress), cancelled, clock),
        WithLeftOut(choice.note, spec)};
  };
}

}  // namespace bench
