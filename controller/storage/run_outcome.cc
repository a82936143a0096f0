// What a worker found out about a run: the part of RunRepository that stores measurements.
#include <map>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "common/status/status_macros.h"
#include "controller/storage/json.h"
#include "controller/storage/run_repository.h"
#include "controller/storage/sql.h"

namespace bench {
namespace {

constexpr absl::string_view kManifestColumns[] = {
    "run_id",         "attempt",        "hostname",       "kernel",         "cpu_model",
    "cpus",           "memory_bytes",   "cgroup_version", "virtualization", "governor",
    "sensor_kind",    "sensor_version", "sensor_driver",  "ring_bytes",     "cpus_per_ring",
    "generators",     "generator_cpus", "sensor_cpus",    "tool_version",   "git_commit",
    "sensor_command", "extra"};
constexpr absl::string_view kManifestKeys[] = {"run_id"};

void BindRates(Statement& statement, const v1::Rates& rates) {
  statement.Bind(rates.syscalls_per_sec(), rates.events_per_sec(), rates.actions_per_sec(),
                 rates.alerts_per_sec());
}

}  // namespace

absl::Status RunRepository::SaveBaseline(absl::string_view id, const v1::Baseline& baseline) {
  return database_.Run(
      "UPDATE runs SET baseline_events_per_sec = ?, baseline_drops = ?, baseline_lag_median_ms = ? "
      "WHERE id = ?",
      baseline.events_per_sec(), baseline.drops(), baseline.lag_median_ms(), id);
}

absl::Status RunRepository::SaveCalibration(
    absl::string_view id, const google::protobuf::RepeatedPtrField<v1::ActionCalibration>& units) {
  std::string json = "[";
  for (const v1::ActionCalibration& unit : units) {
    BENCH_ASSIGN_OR_RETURN(std::string one, ToJson(unit));
    absl::StrAppend(&json, json.size() > 1 ? ", " : "", one);
  }
  return database_.Run("UPDATE runs SET calibration = ? WHERE id = ?", json + "]", id);
}

absl::Status RunRepository::SaveSensor(absl::string_view id, const v1::SensorInfo& sensor) {
  return database_.Run(
      "UPDATE runs SET sensor_kind = ?, sensor_version = ?, sensor_driver = ? WHERE id = ?",
      sensor.kind(), sensor.version(), sensor.driver(), id);
}

absl::Status RunRepository::SaveOutcome(absl::string_view id, const v1::Result& result,
                                        const v1::Usage& usage) {
  BENCH_ASSIGN_OR_RETURN(
      Statement update,
      database_.Prepare(
          "UPDATE runs SET verdict = ?, limited_by = ?, limited_by_detail = ?, message = ?, flags "
          "= ?, confirmed_trials = ?, sustainable_syscalls_per_sec = ?, sustainable_events_per_sec "
          "= ?, sustainable_actions_per_sec = ?, sustainable_alerts_per_sec = ?, "
          "upper_syscalls_per_sec = ?, upper_events_per_sec = ?, upper_actions_per_sec = ?, "
          "upper_alerts_per_sec = ?, usage_cpu_cores = ?, usage_cpu_throttled_ratio = ?, "
          "usage_peak_memory_bytes = ? WHERE id = ?"));
  update.Bind(v1::Result::Verdict_Name(result.verdict()),
              v1::Result::LimitedBy_Name(result.limited_by()), result.limited_by_detail(),
              result.message(), ToJsonArray(result.flags()), result.confirmed_trials());
  BindRates(update, result.sustainable());
  BindRates(update, result.upper());
  update.Bind(usage.cpu_cores(), usage.cpu_throttled_ratio(), usage.peak_memory_bytes(), id);
  return update.RunToEnd();
}

absl::Status RunRepository::SaveManifest(absl::string_view id, int attempt,
                                         const v1::Manifest& manifest) {
  static const std::string& sql =
      *new std::string(UpsertSql("manifests", kManifestColumns, kManifestKeys));
  std::map<std::string, std::string> extra;
  for (const v1::Tag& tag : manifest.extra()) extra[tag.key()] = tag.value();
  return database_.Run(sql, id, attempt, manifest.hostname(), manifest.kernel(),
                       manifest.cpu_model(), manifest.cpus(), manifest.memory_bytes(),
                       manifest.cgroup_version(), manifest.virtualization(), manifest.governor(),
                       manifest.sensor().kind(), manifest.sensor().version(),
                       manifest.sensor().driver(), manifest.ring_bytes(), manifest.cpus_per_ring(),
                       manifest.generators(), manifest.generator_cpus(), manifest.sensor_cpus(),
                       manifest.tool_version(), manifest.git_commit(), manifest.sensor_command(),
                       ToJsonObject(extra));
}

absl::StatusOr<std::optional<v1::Manifest>> RunRepository::Manifest(absl::string_view id) {
  static const std::string& sql = *new std::string(
      absl::StrCat("SELECT ", ColumnList(kManifestColumns), " FROM manifests WHERE run_id = ?"));
  BENCH_ASSIGN_OR_RETURN(Statement row, database_.Prepare(sql));
  row.Bind(id);
  BENCH_ASSIGN_OR_RETURN(bool found, row.Step());
  if (!found) return std::optional<v1::Manifest>();
  v1::Manifest manifest;
  row.Skip(2);  // run and attempt
  manifest.set_hostname(row.Text());
  manifest.set_kernel(row.Text());
  manifest.set_cpu_model(row.Text());
  manifest.set_cpus(row.Int());
  manifest.set_memory_bytes(row.Int64());
  manifest.set_cgroup_version(row.Text());
  manifest.set_virtualization(row.Text());
  manifest.set_governor(row.Text());
  manifest.mutable_sensor()->set_kind(row.Text());
  manifest.mutable_sensor()->set_version(row.Text());
  manifest.mutable_sensor()->set_driver(row.Text());
  manifest.set_ring_bytes(row.Int64());
  manifest.set_cpus_per_ring(row.Int());
  manifest.set_generators(row.Int());
  manifest.set_generator_cpus(row.Text());
  manifest.set_sensor_cpus(row.Text());
  manifest.set_tool_version(row.Text());
  manifest.set_git_commit(row.Text());
  manifest.set_sensor_command(row.Text());
  for (const auto& [key, value] : FromJsonObject(row.Text())) {
    v1::Tag* tag = manifest.add_extra();
    tag->set_key(key);
    tag->set_value(value);
  }
  return std::optional<v1::Manifest>(std::move(manifest));
}

}  // namespace bench
