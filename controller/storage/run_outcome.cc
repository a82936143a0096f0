// What a worker found out about a run: the part of RunRepository that stores measurements.
#include <string>

#include "absl/strings/string_view.h"
#include "common/status/status_macros.h"
#include "controller/storage/json.h"
#include "controller/storage/run_repository.h"

namespace bench {
namespace {

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
  BENCH_ASSIGN_OR_RETURN(std::string json, ToJsonArray(units));
  return database_.Run("UPDATE runs SET calibration = ? WHERE id = ?", json, id);
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

}  // namespace bench
