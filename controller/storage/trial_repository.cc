#include "controller/storage/trial_repository.h"

#include <cmath>
#include <optional>

#include "absl/strings/str_cat.h"
#include "common/status/status_macros.h"
#include "controller/storage/sql.h"
#include "controller/storage/time_text.h"

namespace bench {
namespace {

constexpr absl::string_view kTrialColumns[] = {"run_id",
                                               "attempt",
                                               "number",
                                               "phase",
                                               "class",
                                               "reason",
                                               "stopped_early",
                                               "started_at",
                                               "duration_sec",
                                               "offered_syscalls_per_sec",
                                               "offered_events_per_sec",
                                               "offered_actions_per_sec",
                                               "offered_alerts_per_sec",
                                               "achieved_syscalls_per_sec",
                                               "achieved_events_per_sec",
                                               "achieved_actions_per_sec",
                                               "achieved_alerts_per_sec",
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
                                               "cpu_throttled_ratio",
                                               "sensor_max_thread_cores",
                                               "memory_bytes",
                                               "generator_cpu_cores",
                                               "generator_max_lateness_ms",
                                               "host_max_stall_ms"};
constexpr absl::string_view kTrialKeys[] = {"run_id", "attempt", "number"};

constexpr absl::string_view kSampleColumns[] = {"run_id", "attempt",   "trial_number",    "at_sec",
                                                "events", "drops",     "issued_syscalls", "alerts",
                                                "lag_ms", "cpu_cores", "memory_bytes"};

void BindRates(Statement& statement, const v1::Rates& rates) {
  statement.Bind(rates.syscalls_per_sec(), rates.events_per_sec(), rates.actions_per_sec(),
                 rates.alerts_per_sec());
}

void ReadRates(Statement& row, v1::Rates* rates) {
  rates->set_syscalls_per_sec(row.Double());
  rates->set_events_per_sec(row.Double());
  rates->set_actions_per_sec(row.Double());
  rates->set_alerts_per_sec(row.Double());
}

v1::Trial ReadTrial(Statement& row) {
  v1::Trial trial;
  trial.set_run_id(row.Text());
  trial.set_attempt(row.Int());
  trial.set_number(row.Int());
  v1::Trial::Phase phase = v1::Trial::PHASE_UNSPECIFIED;
  v1::Trial::Phase_Parse(row.Text(), &phase);
  trial.set_phase(phase);
  v1::Trial::Class classification = v1::Trial::CLASS_UNSPECIFIED;
  v1::Trial::Class_Parse(row.Text(), &classification);
  trial.set_classification(classification);
  trial.set_reason(row.Text());
  trial.set_stopped_early(row.Bool());
  if (auto started = ParseTimeText(row.Text())) *trial.mutable_started_at() = ToTimestamp(*started);
  trial.set_duration_sec(row.Double());
  ReadRates(row, trial.mutable_offered());
  ReadRates(row, trial.mutable_achieved());
  trial.set_events(row.Int64());
  trial.set_drops(row.Int64());
  trial.set_loss_ratio(row.Double());
  trial.set_alerts_received(row.Int64());
  trial.set_alerts_expected(row.Double());
  trial.set_lag_median_ms(row.Double());
  trial.set_lag_p95_ms(row.Double());
  trial.set_lag_peak_ms(row.Double());
  trial.set_lag_late_share(row.Double());
  trial.set_lag_slope_ms_per_sec(row.Double());
  trial.set_cpu_cores(row.Double());
  trial.set_cpu_throttled_ratio(row.Double());
  trial.set_sensor_max_thread_cores(row.Double());
  trial.set_memory_bytes(row.Int64());
  trial.set_generator_cpu_cores(row.Double());
  trial.set_generator_max_lateness_ms(row.Double());
  trial.set_host_max_stall_ms(row.Double());
  return trial;
}

}  // namespace

absl::Status TrialRepository::Upsert(const v1::Trial& trial) {
  static const std::string& sql = *new std::string(UpsertSql("trials", kTrialColumns, kTrialKeys));
  BENCH_ASSIGN_OR_RETURN(Statement insert, database_.Prepare(sql));
  std::optional<std::string> started;
  if (trial.has_started_at()) started = FormatTimeText(FromTimestamp(trial.started_at()));
  insert.Bind(trial.run_id(), trial.attempt(), trial.number(), v1::Trial::Phase_Name(trial.phase()),
              v1::Trial::Class_Name(trial.classification()), trial.reason(), trial.stopped_early(),
              started, trial.duration_sec());
  BindRates(insert, trial.offered());
  BindRates(insert, trial.achieved());
  insert.Bind(trial.events(), trial.drops(), trial.loss_ratio(), trial.alerts_received(),
              trial.alerts_expected(), trial.lag_median_ms(), trial.lag_p95_ms(),
              trial.lag_peak_ms(), trial.lag_late_share(), trial.lag_slope_ms_per_sec(),
              trial.cpu_cores(), trial.cpu_throttled_ratio(), trial.sensor_max_thread_cores(),
              trial.memory_bytes(), trial.generator_cpu_cores(), trial.generator_max_lateness_ms(),
              trial.host_max_stall_ms());
  return insert.RunToEnd();
}

absl::Status TrialRepository::InsertSamples(
    absl::string_view run_id, int attempt,
    const google::protobuf::RepeatedPtrField<v1::Sample>& samples) {
  static const std::string& sql =
      *new std::string(InsertSql("samples", kSampleColumns) + " ON CONFLICT DO NOTHING");
  BENCH_ASSIGN_OR_RETURN(Statement insert, database_.Prepare(sql));
  for (const v1::Sample& sample : samples) {
    if (!std::isfinite(sample.at_sec())) {
      return absl::InvalidArgumentError("a sample's at_sec is not a finite number");
    }
    insert.Reset();
    insert.Bind(run_id, attempt, sample.trial_number(), sample.at_sec(), sample.events(),
                sample.drops(), sample.issued_syscalls(), sample.alerts());
    // Below 0 means that no alert came, which in SQL is NULL.
    insert.Bind(sample.lag_ms() < 0 ? std::nullopt : std::optional<double>(sample.lag_ms()),
                sample.cpu_cores(), sample.memory_bytes());
    BENCH_RETURN_IF_ERROR(insert.RunToEnd());
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<v1::Trial>> TrialRepository::OfRun(absl::string_view run_id) {
  static const std::string& sql =
      *new std::string(absl::StrCat("SELECT ", ColumnList(kTrialColumns),
                                    " FROM trials WHERE run_id = ? ORDER BY attempt, number"));
  BENCH_ASSIGN_OR_RETURN(Statement rows, database_.Prepare(sql));
  rows.Bind(run_id);
  std::vector<v1::Trial> trials;
  for (;;) {
    BENCH_ASSIGN_OR_RETURN(bool row, rows.Step());
    if (!row) return trials;
    trials.push_back(ReadTrial(rows));
  }
}

absl::StatusOr<std::vector<v1::Sample>> TrialRepository::SamplesOf(absl::string_view run_id,
                                                                   int attempt) {
  BENCH_ASSIGN_OR_RETURN(
      Statement rows,
      database_.Prepare("SELECT trial_number, at_sec, events, drops, issued_syscalls, alerts, "
                        "ifnull(lag_ms, -1), cpu_cores, memory_bytes FROM samples WHERE run_id = ? "
                        "AND attempt = ? ORDER BY trial_number, at_sec"));
  rows.Bind(run_id, attempt);
  std::vector<v1::Sample> samples;
  for (;;) {
    BENCH_ASSIGN_OR_RETURN(bool row, rows.Step());
    if (!row) return samples;
    v1::Sample& sample = samples.emplace_back();
    sample.set_trial_number(rows.Int());
    sample.set_at_sec(rows.Double());
    sample.set_events(rows.Int64());
    sample.set_drops(rows.Int64());
    sample.set_issued_syscalls(rows.Int64());
    sample.set_alerts(rows.Int64());
    sample.set_lag_ms(rows.Double());
    sample.set_cpu_cores(rows.Double());
    sample.set_memory_bytes(rows.Int64());
  }
}

absl::StatusOr<TrialPage> TrialRepository::StoredAfter(absl::string_view campaign_id,
                                                       int64_t cursor, int limit) {
  // CROSS JOIN keeps the order: the campaign's few runs first, then only their new trials.
  static const std::string& sql = *new std::string(absl::StrCat(
      "SELECT trials.trial_id, ", ColumnList("trials", kTrialColumns),
      " FROM runs CROSS JOIN trials ON trials.run_id = runs.id AND trials.trial_id > ? WHERE "
      "runs.campaign_id = ? ORDER BY trials.trial_id LIMIT ?"));
  BENCH_ASSIGN_OR_RETURN(Statement rows, database_.Prepare(sql));
  rows.Bind(cursor, campaign_id, limit);
  TrialPage page;
  page.cursor = cursor;
  for (;;) {
    BENCH_ASSIGN_OR_RETURN(bool row, rows.Step());
    if (!row) return page;
    page.cursor = rows.Int64();
    page.trials.push_back(ReadTrial(rows));
  }
}

}  // namespace bench
