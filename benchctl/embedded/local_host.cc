#include "benchctl/embedded/local_host.h"

#include <linux/capability.h>
#include <unistd.h>

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "benchctl/embedded/embedded_session.h"
#include "common/os/files.h"
#include "common/status/status_macros.h"
#include "controller/storage/default_path.h"
#include "worker/actions/mix.h"
#include "worker/agent/convert.h"
#include "worker/attach_falco.h"
#include "worker/host/doctor.h"
#include "worker/host/doctor_facts.h"
#include "worker/local_load.h"

namespace bench {
namespace {

v1::ActionDescription Describe(const ActionInfo& action) {
  v1::ActionDescription description;
  description.set_name(action.name);
  description.set_description(action.description);
  description.set_rule(action.rule);
  description.set_rule_set(action.rule_set);
  description.set_syscalls(action.syscalls);
  description.set_syscalls_per_action(action.syscalls_per_action);
  description.set_enabled_by_default(action.enabled_by_default);
  description.set_unavailable_reason(WhyNotHere(action));
  return description;
}

v1::DoctorCheck::Status ToProto(DoctorCheck::Status status) {
  switch (status) {
    case DoctorCheck::Status::kPass:
      return v1::DoctorCheck::PASS;
    case DoctorCheck::Status::kWarn:
      return v1::DoctorCheck::WARN;
    case DoctorCheck::Status::kFail:
      return v1::DoctorCheck::FAIL;
  }
  return v1::DoctorCheck::STATUS_UNSPECIFIED;
}

}  // namespace

int LocalHost::cpus() const {
  return static_cast<int>(sysconf(_SC_NPROCESSORS_ONLN));
}

absl::Status LocalHost::CheckPrivileges() const {
  BENCH_ASSIGN_OR_RETURN(std::string status, ReadFile("/proc/self/status"));
  uint64_t mask = ParseEffectiveCapabilities(status);
  auto has = [mask](int capability) { return (mask >> capability & 1) != 0; };
  if (has(CAP_SYS_ADMIN)) return absl::OkStatus();
  std::vector<std::string> missing;
  if (!has(CAP_BPF)) missing.push_back("CAP_BPF");
  if (!has(CAP_PERFMON)) missing.push_back("CAP_PERFMON");
  if (missing.empty()) return absl::OkStatus();
  return absl::PermissionDeniedError(absl::StrCat(
      "a sensor can't be started: this process (user ", geteuid(), ") lacks ",
      absl::StrJoin(missing, " and "),
      ". Run it as root (sudo benchctl …) or with CAP_BPF, CAP_PERFMON and CAP_SYS_ADMIN; "
      "`benchctl doctor` says what else is missing. --sensor simulated needs none of it, but "
      "measures nothing"));
}

absl::Status LocalHost::CheckMix(const v1::SweepSpec& spec, MixScope scope) const {
  MixSpec mix = ToMixSpec(spec);
  mix.any_host = scope == MixScope::kAnyHost;
  return MakeMix(mix).status();
}

absl::StatusOr<v1::ActionCatalogue> LocalHost::Actions(absl::string_view actions_regex) const {
  v1::ActionCatalogue catalogue;
  if (actions_regex.empty()) {
    for (const ActionInfo& action : AllActions()) *catalogue.add_actions() = Describe(action);
    return catalogue;
  }
  BENCH_ASSIGN_OR_RETURN(
      Mix mix, MakeMix({.profile = "alerts", .actions_regex = std::string(actions_regex)}));
  for (const ActionInfo* action : mix.actions) *catalogue.add_actions() = Describe(*action);
  return catalogue;
}

absl::Status LocalHost::DriveLoad(const LoadJob& job, const LoadSinks& sinks,
                                  const std::atomic<bool>& cancelled) {
  const WorkerOptions options = ToWorkerOptions(job.worker);
  LocalLoad load;
  load.assignment.set_run_id(absl::StrCat("load-", getpid()));
  *load.assignment.mutable_spec() = job.spec;
  *load.assignment.mutable_cell() = job.cell;
  load.rounds = {.syscalls_per_sec = job.syscalls_per_sec,
                 .sleep = job.sleep,
                 .halve_sleep = job.halve_sleep,
                 .round = job.round,
                 .total = job.total};
  load.watch = !job.dry_run;

  Calibration calibration;
  LocalLoadSinks told;
  told.note = sinks.say;
  told.stage = sinks.say;
  told.rounds.ready = [&](const RigFacts& facts, const Calibration& measured) {
    if (!job.dry_run) sinks.sensor(ToProto(facts.sensor));
    calibration = measured;
  };
  told.rounds.round = [&](const Round& round) {
    v1::LoadRound message;
    *message.mutable_trial() =
        ToProto(round.measurement, round.judgement.value_or(Judgement()), calibration);
    message.mutable_trial()->set_number(round.number);
    if (!round.judgement) message.mutable_trial()->set_classification(v1::Trial::UNJUDGED);
    message.set_flat_out(job.syscalls_per_sec == 0 &&
                         round.measurement.request.sleep_between_actions == absl::ZeroDuration());
    message.set_sensor_resident_bytes(round.measurement.resident_bytes);
    message.set_sleep_sec(absl::ToDoubleSeconds(round.measurement.request.sleep_between_actions));
    if (const double expected = round.measurement.alerts_expected; expected > 0) {
      const auto received = static_cast<double>(round.measurement.alerts_received);
      message.set_alert_ratio(received / expected);
      // Expected by calibration, so not a whole number: less than half an alert is none.
      if (expected - received >= 0.5) message.set_lost_ratio(1 - received / expected);
    }
    sinks.round(message);
  };
  return DriveLocalLoad(options, load, told, cancelled);
}

v1::DoctorReport LocalHost::Doctor(const DoctorRequest& request) const {
  DoctorOptions options;
  const WorkerOptions worker = ToWorkerOptions(request.worker);
  options.falco_bin = worker.falco_bin;
  options.falco_config = worker.falco_config;
  options.state_dir = worker.state_dir;
  options.look_at_attaching = [tls = worker.alert_tls](const RunningFalco& process) {
    return LookAtAttaching(process, tls);
  };
  options.db_path = request.db_path;
  if (options.db_path.empty()) {
    // That it can't be found out is what the check of the database would say.
    absl::StatusOr<std::string> path = DefaultDatabasePath();
    if (path.ok()) options.db_path = *path;
  }
  v1::DoctorReport report;
  for (const DoctorCheck& check : RunDoctor(options)) {
    v1::DoctorCheck* added = report.add_checks();
    added->set_id(check.id);
    added->set_title(check.title);
    added->set_status(ToProto(check.status));
    added->set_finding(check.finding);
    added->set_mend(check.mend);
  }
  return report;
}

}  // namespace bench
