// Under what circumstances a run was measured: the part of RunRepository that stores manifests.
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "common/status/status_macros.h"
#include "controller/storage/json.h"
#include "controller/storage/run_repository.h"
#include "controller/storage/sql.h"

namespace bench {
namespace {

constexpr absl::string_view kColumns[] = {
    // 0001
    "run_id", "attempt", "hostname", "kernel", "cpu_model", "cpus", "memory_bytes",
    "cgroup_version", "virtualization", "governor", "sensor_kind", "sensor_version",
    "sensor_driver", "ring_bytes", "cpus_per_ring", "generators", "generator_cpus", "sensor_cpus",
    "tool_version", "git_commit", "sensor_command", "extra",
    // 0002
    "smt_active", "libs_version", "engine_version", "driver_version", "driver_api_version",
    "driver_schema_version", "config_files", "rules_files", "config_sha256", "rules_sha256",
    "steal_ratio", "psi_cpu_some_ratio", "psi_memory_some_ratio", "psi_io_some_ratio",
    // 0004
    "effective_config_sha256", "sensor_arguments"};
constexpr absl::string_view kKeys[] = {"run_id"};

template <typename T>
std::optional<T> If(bool known, T value) {
  return known ? std::optional<T>(value) : std::nullopt;
}

absl::Status BindFalco(const v1::Manifest& manifest, Statement& row) {
  BENCH_ASSIGN_OR_RETURN(std::string config_files, ToJsonArray(manifest.config_files()));
  BENCH_ASSIGN_OR_RETURN(std::string rules_files, ToJsonArray(manifest.rules_files()));
  row.Bind(manifest.libs_version(), manifest.engine_version(), manifest.driver_version(),
           manifest.driver_api_version(), manifest.driver_schema_version(), config_files,
           rules_files, manifest.config_sha256(), manifest.rules_sha256());
  return absl::OkStatus();
}

void BindHostLoad(const v1::Manifest& manifest, Statement& row) {
  row.Bind(If(manifest.has_steal_ratio(), manifest.steal_ratio()),
           If(manifest.has_psi_cpu_some_ratio(), manifest.psi_cpu_some_ratio()),
           If(manifest.has_psi_memory_some_ratio(), manifest.psi_memory_some_ratio()),
           If(manifest.has_psi_io_some_ratio(), manifest.psi_io_some_ratio()));
}

absl::Status ReadFalco(Statement& row, v1::Manifest* manifest) {
  manifest->set_libs_version(row.Text());
  manifest->set_engine_version(row.Text());
  manifest->set_driver_version(row.Text());
  manifest->set_driver_api_version(row.Text());
  manifest->set_driver_schema_version(row.Text());
  BENCH_RETURN_IF_ERROR(FromJsonField("config_files", row.Text(), manifest));
  BENCH_RETURN_IF_ERROR(FromJsonField("rules_files", row.Text(), manifest));
  manifest->set_config_sha256(row.Text());
  manifest->set_rules_sha256(row.Text());
  return absl::OkStatus();
}

void ReadHostLoad(Statement& row, v1::Manifest* manifest) {
  constexpr void (v1::Manifest::*kSetters[])(double) = {
      &v1::Manifest::set_steal_ratio, &v1::Manifest::set_psi_cpu_some_ratio,
      &v1::Manifest::set_psi_memory_some_ratio, &v1::Manifest::set_psi_io_some_ratio};
  for (auto set : kSetters) {
    if (row.NextIsNull()) {
      row.Skip(1);
    } else {
      (manifest->*set)(row.Double());
    }
  }
}

// The columns after the run's id.
absl::StatusOr<v1::Manifest> ReadManifest(Statement& row) {
  v1::Manifest manifest;
  row.Skip(1);  // attempt
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
  if (row.NextIsNull()) {
    row.Skip(1);
  } else {
    manifest.set_smt_active(row.Bool());
  }
  BENCH_RETURN_IF_ERROR(ReadFalco(row, &manifest));
  ReadHostLoad(row, &manifest);
  manifest.set_effective_config_sha256(row.Text());
  if (!row.NextIsNull()) manifest.set_sensor_arguments(row.Text());
  return manifest;
}

}  // namespace

absl::Status RunRepository::SaveManifest(absl::string_view id, int attempt,
                                         const v1::Manifest& manifest) {
  static const std::string& sql = *new std::string(UpsertSql("manifests", kColumns, kKeys));
  std::map<std::string, std::string> extra;
  for (const v1::Tag& tag : manifest.extra()) extra[tag.key()] = tag.value();
  BENCH_ASSIGN_OR_RETURN(Statement row, database_.Prepare(sql));
  row.Bind(id, attempt, manifest.hostname(), manifest.kernel(), manifest.cpu_model(),
           manifest.cpus(), manifest.memory_bytes(), manifest.cgroup_version(),
           manifest.virtualization(), manifest.governor(), manifest.sensor().kind(),
           manifest.sensor().version(), manifest.sensor().driver(), manifest.ring_bytes(),
           manifest.cpus_per_ring(), manifest.generators(), manifest.generator_cpus(),
           manifest.sensor_cpus(), manifest.tool_version(), manifest.git_commit(),
           manifest.sensor_command(), ToJsonObject(extra),
           If(manifest.has_smt_active(), manifest.smt_active()));
  BENCH_RETURN_IF_ERROR(BindFalco(manifest, row));
  BindHostLoad(manifest, row);
  row.Bind(manifest.effective_config_sha256(),
           If(manifest.has_sensor_arguments(), manifest.sensor_arguments()));
  return row.RunToEnd();
}

absl::StatusOr<std::optional<v1::Manifest>> RunRepository::Manifest(absl::string_view id) {
  static const std::string& sql = *new std::string(
      absl::StrCat("SELECT ", ColumnList(kColumns), " FROM manifests WHERE run_id = ?"));
  BENCH_ASSIGN_OR_RETURN(Statement row, database_.Prepare(sql));
  row.Bind(id);
  BENCH_ASSIGN_OR_RETURN(bool found, row.Step());
  if (!found) return std::optional<v1::Manifest>();
  row.Skip(1);
  BENCH_ASSIGN_OR_RETURN(v1::Manifest manifest, ReadManifest(row));
  return std::optional<v1::Manifest>(std::move(manifest));
}

absl::StatusOr<std::map<std::string, v1::Manifest>> RunRepository::ManifestsOf(
    const std::vector<v1::Run>& runs) {
  static const std::string& sql = *new std::string(
      absl::StrCat("SELECT ", ColumnList(kColumns),
                   " FROM manifests WHERE run_id IN (SELECT value FROM json_each(?))"));
  google::protobuf::RepeatedPtrField<std::string> ids;
  for (const v1::Run& run : runs) *ids.Add() = run.id();
  BENCH_ASSIGN_OR_RETURN(Statement rows, database_.Prepare(sql));
  rows.Bind(ToJsonArray(ids));
  std::map<std::string, v1::Manifest> manifests;
  for (;;) {
    BENCH_ASSIGN_OR_RETURN(bool row, rows.Step());
    if (!row) return manifests;
    std::string run_id = rows.Text();
    BENCH_ASSIGN_OR_RETURN(manifests[std::move(run_id)], ReadManifest(rows));
  }
}

}  // namespace bench
