#include "benchctl/view/run_records.h"

#include <initializer_list>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "benchctl/view/run_text.h"

namespace bench {
namespace {

std::vector<TextTable::Column> Columns(std::initializer_list<const char*> names) {
  std::vector<TextTable::Column> columns;
  for (const char* name : names) columns.push_back({.name = name});
  return columns;
}

std::string Text(int64_t value) {
  return absl::StrCat(value);
}

}  // namespace

std::string NumberText(double value) {
  return absl::StrFormat("%.15g", value);
}

TextTable RunRecords(const google::protobuf::RepeatedPtrField<v1::Run>& runs) {
  TextTable table;
  table.columns = Columns({"id",
                           "campaign_id",
                           "node",
                           "repeat",
                           "attempt",
                           "state",
                           "cpu_millis",
                           "memory_bytes",
                           "sensor_kind",
                           "sensor_version",
                           "sensor_driver",
                           "verdict",
                           "limited_by",
                           "syscalls_per_sec",
                           "events_per_sec",
                           "actions_per_sec",
                           "alerts_per_sec",
                           "upper_syscalls_per_sec",
                           "upper_events_per_sec",
                           "confirmed_trials",
                           "cpu_cores",
                           "cpu_throttled_ratio",
                           "peak_memory_bytes",
                           "trials",
                           "duration_sec",
                           "started_at",
                           "message",
                           "driver",
                           "buffer_preset",
                           "cpus_per_buffer",
                           "rules",
                           "base_syscalls"});
  for (const v1::Run& run : runs) {
    const v1::Result& result = run.result();
    table.rows.push_back({run.id(),
                          run.campaign_id(),
                          run.node(),
                          Text(run.repeat()),
                          Text(run.attempt()),
                          v1::Run::State_Name(run.state()),
                          Text(run.cell().cpu_millis()),
                          Text(run.cell().memory_bytes()),
                          run.sensor().kind(),
                          run.sensor().version(),
                          run.sensor().driver(),
                          v1::Result::Verdict_Name(result.verdict()),
                          v1::Result::LimitedBy_Name(result.limited_by()),
                          NumberText(result.sustainable().syscalls_per_sec()),
                          NumberText(result.sustainable().events_per_sec()),
                          NumberText(result.sustainable().actions_per_sec()),
                          NumberText(result.sustainable().alerts_per_sec()),
                          NumberText(result.upper().syscalls_per_sec()),
                          NumberText(result.upper().events_per_sec()),
                          Text(result.confirmed_trials()),
                          NumberText(run.usage().cpu_cores()),
                          NumberText(run.usage().cpu_throttled_ratio()),
                          Text(run.usage().peak_memory_bytes()),
                          Text(run.trials()),
                          NumberText(run.duration_sec()),
                          Rfc3339(run.started_at()),
                          result.message(),
                          run.cell().driver(),
                          Text(run.cell().buffer_preset()),
                          Text(run.cell().cpus_per_buffer()),
                          absl::StrJoin(run.cell().rules(), "+"),
                          run.cell().base_syscalls()});
  }
  return table;
}

TextTable TrialRecords(const google::protobuf::RepeatedPtrField<v1::Trial>& trials) {
  TextTable table;
  table.columns = Columns({"run_id",
                           "attempt",
                           "number",
                           "phase",
                           "classification",
                           "started_at",
                           "duration_sec",
                           "offered_syscalls_per_sec",
                           "achieved_syscalls_per_sec",
                           "achieved_events_per_sec",
                           "achieved_actions_per_sec",
                           "events",
                           "drops",
                           "loss_ratio",
                           "alerts_received",
                           "alerts_expected",
                           "lag_median_ms",
                           "lag_p95_ms",
                           "lag_peak_ms",
                           "lag_late_share",
                           "lag_slope_ms_per_sec",
                           "cpu_cores",
                           "sensor_max_thread_cores",
                           "cpu_throttled_ratio",
                           "memory_bytes",
                           "generator_cpu_cores",
                           "generator_max_lateness_ms",
                           "host_max_stall_ms",
                           "stopped_early",
                           "reason"});
  for (const v1::Trial& trial : trials) {
    table.rows.push_back({trial.run_id(),
                          Text(trial.attempt()),
                          Text(trial.number()),
                          v1::Trial::Phase_Name(trial.phase()),
                          v1::Trial::Class_Name(trial.classification()),
                          Rfc3339(trial.started_at()),
                          NumberText(trial.duration_sec()),
                          NumberText(trial.offered().syscalls_per_sec()),
                          NumberText(trial.achieved().syscalls_per_sec()),
                          NumberText(trial.achieved().events_per_sec()),
                          NumberText(trial.achieved().actions_per_sec()),
                          Text(trial.events()),
                          Text(trial.drops()),
                          NumberText(trial.loss_ratio()),
                          Text(trial.alerts_received()),
                          NumberText(trial.alerts_expected()),
                          NumberText(trial.lag_median_ms()),
                          NumberText(trial.lag_p95_ms()),
                          NumberText(trial.lag_peak_ms()),
                          NumberText(trial.lag_late_share()),
                          NumberText(trial.lag_slope_ms_per_sec()),
                          NumberText(trial.cpu_cores()),
                          NumberText(trial.sensor_max_thread_cores()),
                          NumberText(trial.cpu_throttled_ratio()),
                          Text(trial.memory_bytes()),
                          NumberText(trial.generator_cpu_cores()),
                          NumberText(trial.generator_max_lateness_ms()),
                          NumberText(trial.host_max_stall_ms()),
                          trial.stopped_early() ? "true" : "false",
                          trial.reason()});
  }
  return table;
}

TextTable SampleRecords(const google::protobuf::RepeatedPtrField<v1::Sample>& samples) {
  TextTable table;
  table.columns = Columns({"trial_number", "at_sec", "events", "drops", "lag_ms", "cpu_cores",
                           "memory_bytes", "issued_syscalls", "alerts"});
  for (const v1::Sample& sample : samples) {
    table.rows.push_back({Text(sample.trial_number()), NumberText(sample.at_sec()),
                          Text(sample.events()), Text(sample.drops()), NumberText(sample.lag_ms()),
                          NumberText(sample.cpu_cores()), Text(sample.memory_bytes()),
                          Text(sample.issued_syscalls()), Text(sample.alerts())});
  }
  return table;
}

}  // namespace bench
