#include "controller/storage/run_row.h"

#include "absl/strings/str_cat.h"
#include "common/status/status_macros.h"
#include "controller/storage/json.h"
#include "controller/storage/sql.h"
#include "controller/storage/time_text.h"

namespace bench {
namespace {

constexpr absl::string_view kColumns[] = {"id",
                                          "campaign_id",
                                          "iif(state = 'QUEUED', wanted_node, node)",
                                          "repeat",
                                          "attempt",
                                          "state",
                                          "reason",
                                          "cpu_millis",
                                          "memory_bytes",
                                          "driver",
                                          "buffer_preset",
                                          "cpus_per_buffer",
                                          "rules",
                                          "base_syscalls",
                                          "started_at",
                                          "finished_at",
                                          "duration_sec",
                                          "(SELECT count(*) FROM trials WHERE run_id = runs.id)",
                                          "sensor_kind",
                                          "sensor_version",
                                          "sensor_driver",
                                          "verdict",
                                          "limited_by",
                                          "limited_by_detail",
                                          "message",
                                          "flags",
                                          "confirmed_trials",
                                          "sustainable_syscalls_per_sec",
                                          "sustainable_events_per_sec",
                                          "sustainable_actions_per_sec",
                                          "sustainable_alerts_per_sec",
                                          "upper_syscalls_per_sec",
                                          "upper_events_per_sec",
                                          "upper_actions_per_sec",
                                          "upper_alerts_per_sec",
                                          "usage_cpu_cores",
                                          "usage_cpu_throttled_ratio",
                                          "usage_peak_memory_bytes",
                                          "baseline_events_per_sec",
                                          "baseline_drops",
                                          "baseline_lag_median_ms",
                                          "calibration"};

void ReadRates(Statement& row, v1::Rates* rates) {
  rates->set_syscalls_per_sec(row.Double());
  rates->set_events_per_sec(row.Double());
  rates->set_actions_per_sec(row.Double());
  rates->set_alerts_per_sec(row.Double());
}

void ReadSensor(Statement& row, v1::Run* run) {
  constexpr int kCount = 3;
  if (row.NextIsNull()) return row.Skip(kCount);
  run->mutable_sensor()->set_kind(row.Text());
  run->mutable_sensor()->set_version(row.Text());
  run->mutable_sensor()->set_driver(row.Text());
}

void ReadResult(Statement& row, v1::Run* run) {
  constexpr int kCount = 14;
  if (row.NextIsNull()) return row.Skip(kCount);
  v1::Result* result = run->mutable_result();
  v1::Result::Verdict verdict = v1::Result::VERDICT_UNSPECIFIED;
  v1::Result::Verdict_Parse(row.Text(), &verdict);
  result->set_verdict(verdict);
  v1::Result::LimitedBy limited_by = v1::Result::UNKNOWN;
  v1::Result::LimitedBy_Parse(row.Text(), &limited_by);
  result->set_limited_by(limited_by);
  result->set_limited_by_detail(row.Text());
  result->set_message(row.Text());
  for (const std::string& flag : FromJsonArray(row.Text())) result->add_flags(flag);
  result->set_confirmed_trials(row.Int());
  ReadRates(row, result->mutable_sustainable());
  ReadRates(row, result->mutable_upper());
}

void ReadUsage(Statement& row, v1::Run* run) {
  constexpr int kCount = 3;
  if (row.NextIsNull()) return row.Skip(kCount);
  run->mutable_usage()->set_cpu_cores(row.Double());
  run->mutable_usage()->set_cpu_throttled_ratio(row.Double());
  run->mutable_usage()->set_peak_memory_bytes(row.Int64());
}

void ReadBaseline(Statement& row, v1::Run* run) {
  constexpr int kCount = 3;
  if (row.NextIsNull()) return row.Skip(kCount);
  run->mutable_baseline()->set_events_per_sec(row.Double());
  run->mutable_baseline()->set_drops(row.Int64());
  run->mutable_baseline()->set_lag_median_ms(row.Double());
}

}  // namespace

const std::string& SelectRunSql() {
  static const std::string& sql =
      *new std::string(absl::StrCat("SELECT ", ColumnList(kColumns), " FROM runs "));
  return sql;
}

void ReadCellSettings(Statement& row, v1::Cell* cell) {
  cell->set_driver(row.Text());
  cell->set_buffer_preset(row.Int());
  cell->set_cpus_per_buffer(row.Int());
  for (const std::string& file : FromJsonArray(row.Text())) cell->add_rules(file);
  cell->set_base_syscalls(row.Text());
}

absl::StatusOr<v1::Run> ReadRun(Statement& row) {
  v1::Run run;
  run.set_id(row.Text());
  run.set_campaign_id(row.Text());
  run.set_node(row.Text());
  run.set_repeat(row.Int());
  run.set_attempt(row.Int());
  v1::Run::State state = v1::Run::STATE_UNSPECIFIED;
  v1::Run::State_Parse(row.Text(), &state);
  run.set_state(state);
  std::string reason = row.Text();
  run.mutable_cell()->set_cpu_millis(row.Int());
  run.mutable_cell()->set_memory_bytes(row.Int64());
  ReadCellSettings(row, run.mutable_cell());
  if (auto started = ParseTimeText(row.Text())) *run.mutable_started_at() = ToTimestamp(*started);
  if (auto finished = ParseTimeText(row.Text()))
    *run.mutable_finished_at() = ToTimestamp(*finished);
  run.set_duration_sec(row.Double());
  run.set_trials(row.Int());
  ReadSensor(row, &run);
  ReadResult(row, &run);
  ReadUsage(row, &run);
  ReadBaseline(row, &run);
  if (auto calibration = row.OptionalText()) {
    BENCH_RETURN_IF_ERROR(
        Annotate(FromJsonField("calibration", *calibration, &run), "run " + run.id()));
  }
  // A cancelled run has no result; this tells why.
  if (state == v1::Run::CANCELLED && !reason.empty() && run.result().message().empty()) {
    run.mutable_result()->set_message(reason);
  }
  return run;
}

}  // namespace bench
