#include "controller/storage/run_repository.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/status/status_macros.h"
#include "controller/storage/json.h"
#include "controller/storage/resolve.h"
#include "controller/storage/run_row.h"
#include "controller/storage/sql.h"
#include "controller/storage/time_text.h"

namespace bench {
namespace {

constexpr absl::string_view kInsertColumns[] = {
    "id",           "campaign_id", "position", "state",         "cpu_millis",      "memory_bytes",
    "repeat",       "wanted_node", "node",     "attempt",       "max_attempts",    "epoch",
    "reason",       "created_at",  "driver",   "buffer_preset", "cpus_per_buffer", "rules",
    "base_syscalls"};

constexpr char kSelectSchedule[] =
    "SELECT id, campaign_id, position, wanted_node, node, state, attempt, max_attempts, epoch, "
    "cancel_requested, reason FROM runs ";

constexpr absl::string_view kSelectRate =
    "SELECT runs.node, runs.cpu_millis, runs.memory_bytes, runs.driver, runs.buffer_preset, "
    "runs.cpus_per_buffer, runs.rules, runs.base_syscalls, runs.sustainable_syscalls_per_sec FROM "
    "runs ";

RunSchedule ReadSchedule(Statement& row) {
  RunSchedule schedule;
  schedule.id = row.Text();
  schedule.campaign_id = row.Text();
  schedule.position = row.Int64();
  schedule.wanted_node = row.Text();
  schedule.node = row.Text();
  v1::Run::State_Parse(row.Text(), &schedule.state);
  schedule.attempt = row.Int();
  schedule.max_attempts = row.Int();
  schedule.epoch = row.Int64();
  schedule.cancel_requested = row.Bool();
  schedule.reason = row.Text();
  return schedule;
}

}  // namespace

absl::Status RunRepository::Insert(const RunSchedule& schedule, const v1::Cell& cell, int repeat,
                                   absl::Time now) {
  static const std::string& sql = *new std::string(InsertSql("runs", kInsertColumns));
  return database_.Run(sql, schedule.id, schedule.campaign_id, schedule.position, "QUEUED",
                       cell.cpu_millis(), cell.memory_bytes(), repeat, schedule.wanted_node, "", 0,
                       schedule.max_attempts, 0, "", FormatTimeText(now), cell.driver(),
                       cell.buffer_preset(), cell.cpus_per_buffer(), ToJsonArray(cell.rules()),
                       cell.base_syscalls());
}

absl::StatusOr<int64_t> RunRepository::NextPosition() {
  BENCH_ASSIGN_OR_RETURN(
      Statement rows, database_.Prepare("SELECT ifnull(max(position), 0) + 1 FROM runs WHERE state "
                                        "IN ('QUEUED', 'RUNNING')"));
  BENCH_RETURN_IF_ERROR(rows.Step().status());
  return rows.Int64();
}

absl::StatusOr<std::string> RunRepository::Resolve(absl::string_view prefix) {
  return ResolveId(database_, "runs", "run", prefix);
}

absl::StatusOr<std::vector<v1::Run>> RunRepository::ReadRuns(Statement rows) {
  std::vector<v1::Run> runs;
  for (;;) {
    BENCH_ASSIGN_OR_RETURN(bool row, rows.Step());
    if (!row) return runs;
    BENCH_ASSIGN_OR_RETURN(v1::Run run, ReadRun(rows));
    runs.push_back(std::move(run));
  }
}

absl::StatusOr<v1::Run> RunRepository::Get(absl::string_view id) {
  BENCH_ASSIGN_OR_RETURN(Statement rows,
                         database_.Prepare(absl::StrCat(SelectRunSql(), "WHERE id = ?")));
  rows.Bind(id);
  BENCH_ASSIGN_OR_RETURN(std::vector<v1::Run> runs, ReadRuns(std::move(rows)));
  if (runs.empty()) return absl::NotFoundError(absl::StrCat("no run ", id));
  return std::move(runs.front());
}

absl::StatusOr<std::vector<v1::Run>> RunRepository::OfCampaign(absl::string_view campaign_id) {
  BENCH_ASSIGN_OR_RETURN(Statement rows, database_.Prepare(absl::StrCat(
                                             SelectRunSql(), "WHERE campaign_id = ? ORDER BY id")));
  rows.Bind(campaign_id);
  return ReadRuns(std::move(rows));
}

absl::StatusOr<std::vector<v1::Run>> RunRepository::List(const RunFilter& filter) {
  std::vector<std::string> where;
  if (!filter.campaign_id.empty()) where.emplace_back("campaign_id = ?");
  if (!filter.cpu_millis.empty()) {
    where.push_back(absl::StrCat("cpu_millis IN (", absl::StrJoin(filter.cpu_millis, ", "), ")"));
  }
  if (!filter.buffer_presets.empty()) {
    where.push_back(
        absl::StrCat("buffer_preset IN (", absl::StrJoin(filter.buffer_presets, ", "), ")"));
  }
  if (!filter.node.empty()) where.emplace_back("node = ?");
  if (!filter.driver.empty()) {
    where.emplace_back("coalesce(nullif(sensor_driver, ''), driver) = ?");
  }
  if (filter.since.has_value()) where.emplace_back("created_at >= ?");
  for (size_t i = 0; i < filter.tags.size(); ++i) {
    where.emplace_back(
        "EXISTS (SELECT 1 FROM campaign_tags WHERE campaign_id = runs.campaign_id AND key = ? AND "
        "value = ?)");
  }
  BENCH_ASSIGN_OR_RETURN(
      Statement rows,
      database_.Prepare(absl::StrCat(SelectRunSql(), where.empty() ? "" : "WHERE ",
                                     absl::StrJoin(where, " AND "), " ORDER BY id DESC LIMIT ?")));
  if (!filter.campaign_id.empty()) rows.Bind(filter.campaign_id);
  if (!filter.node.empty()) rows.Bind(filter.node);
  if (!filter.driver.empty()) rows.Bind(filter.driver);
  if (filter.since.has_value()) rows.Bind(FormatTimeText(*filter.since));
  for (const auto& [key, value] : filter.tags) rows.Bind(key, value);
  rows.Bind(filter.limit);
  return ReadRuns(std::move(rows));
}

absl::StatusOr<RunSchedule> RunRepository::Schedule(absl::string_view id) {
  BENCH_ASSIGN_OR_RETURN(Statement rows,
                         database_.Prepare(absl::StrCat(kSelectSchedule, "WHERE id = ?")));
  rows.Bind(id);
  BENCH_ASSIGN_OR_RETURN(bool found, rows.Step());
  if (!found) return absl::NotFoundError(absl::StrCat("no run ", id));
  return ReadSchedule(rows);
}

absl::StatusOr<std::vector<RunSchedule>> RunRepository::ReadSchedules(Statement rows) {
  std::vector<RunSchedule> runs;
  for (;;) {
    BENCH_ASSIGN_OR_RETURN(bool row, rows.Step());
    if (!row) return runs;
    runs.push_back(ReadSchedule(rows));
  }
}

absl::StatusOr<std::vector<RunSchedule>> RunRepository::Unfinished(absl::string_view held_by) {
  BENCH_ASSIGN_OR_RETURN(
      Statement rows,
      database_.Prepare(absl::StrCat(
          kSelectSchedule,
          "WHERE state IN ('QUEUED', 'RUNNING') AND campaign_id IN (SELECT id FROM campaigns WHERE "
          "held_by = ?) ORDER BY position")));
  rows.Bind(held_by);
  return ReadSchedules(std::move(rows));
}

absl::StatusOr<std::vector<RunSchedule>> RunRepository::UnfinishedOf(
    absl::string_view campaign_id) {
  BENCH_ASSIGN_OR_RETURN(
      Statement rows,
      database_.Prepare(absl::StrCat(
          kSelectSchedule,
          "WHERE state IN ('QUEUED', 'RUNNING') AND campaign_id = ? ORDER BY position")));
  rows.Bind(campaign_id);
  return ReadSchedules(std::move(rows));
}

absl::Status RunRepository::SaveSchedule(const RunSchedule& schedule, absl::Time now) {
  // On the right of each assignment stand the values before.
  return database_.Run(
      "UPDATE runs SET state = ?1, node = ?2, attempt = ?3, epoch = ?4, cancel_requested = ?5, "
      "reason = ?6, started_at = iif(attempt <> ?3, ?7, started_at), finished_at = iif(?1 IN "
      "('DONE', 'FAILED', 'CANCELLED'), ifnull(finished_at, ?7), NULL), duration_sec = iif(?1 IN "
      "('DONE', 'FAILED', 'CANCELLED'), ifnull(duration_sec, max(0.0, (julianday(?7) - "
      "julianday(started_at)) * 86400.0)), NULL) WHERE id = ?8",
      v1::Run::State_Name(schedule.state), schedule.node, schedule.attempt, schedule.epoch,
      schedule.cancel_requested, schedule.reason, FormatTimeText(now), schedule.id);
}

absl::StatusOr<bool> RunRepository::MarkReport(absl::string_view run_id, int64_t epoch,
                                               int64_t sequence, absl::Time now) {
  BENCH_RETURN_IF_ERROR(
      database_.Run("INSERT INTO reports (run_id, epoch, sequence, received_at) VALUES (?, ?, ?, "
                    "?) ON CONFLICT DO NOTHING",
                    run_id, epoch, sequence, FormatTimeText(now)));
  return database_.changes() > 0;
}

absl::Status RunRepository::ForgetReports(absl::string_view run_id) {
  return database_.Run("DELETE FROM reports WHERE run_id = ?", run_id);
}

absl::StatusOr<std::vector<RunRate>> RunRepository::ReadRates(Statement rows) {
  std::vector<RunRate> rates;
  for (;;) {
    BENCH_ASSIGN_OR_RETURN(bool row, rows.Step());
    if (!row) return rates;
    RunRate& rate = rates.emplace_back();
    rate.node = rows.Text();
    rate.cell.set_cpu_millis(rows.Int());
    rate.cell.set_memory_bytes(rows.Int64());
    ReadCellSettings(rows, &rate.cell);
    rate.syscalls_per_sec = rows.Double();
  }
}

absl::StatusOr<std::vector<RunRate>> RunRepository::RatesOfCampaign(absl::string_view campaign_id) {
  BENCH_ASSIGN_OR_RETURN(Statement rows,
                         database_.Prepare(absl::StrCat(
                             kSelectRate,
                             "WHERE campaign_id = ? AND state = 'DONE' AND "
                             "sustainable_syscalls_per_sec > 0 ORDER BY finished_at DESC")));
  rows.Bind(campaign_id);
  return ReadRates(std::move(rows));
}

absl::StatusOr<std::vector<RunRate>> RunRepository::RatesOfEarlierCampaigns(
    absl::string_view campaign_id, absl::string_view node, int limit) {
  BENCH_ASSIGN_OR_RETURN(
      Statement rows,
      database_.Prepare(absl::StrCat(
          kSelectRate,
          "JOIN campaigns ON campaigns.id = runs.campaign_id JOIN campaigns AS mine ON mine.id = ? "
          "WHERE runs.node = ? AND runs.state = 'DONE' AND runs.sustainable_syscalls_per_sec > 0 "
          "AND runs.campaign_id <> mine.id AND campaigns.sensor = mine.sensor AND "
          "campaigns.profile = mine.profile AND campaigns.actions_regex = mine.actions_regex AND "
          "COALESCE(json_extract(campaigns.spec, '$.mix'), '[]') = "
          "COALESCE(json_extract(mine.spec, '$.mix'), '[]') AND "
          "mine.sensor <> 'simulated' ORDER BY runs.finished_at DESC LIMIT ?")));
  rows.Bind(campaign_id, node, limit);
  return ReadRates(std::move(rows));
}

}  // namespace bench
