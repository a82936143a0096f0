#include "benchctl/view/load_view.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "benchctl/view/run_text.h"
#include "benchctl/view/trial_text.h"
#include "common/units/quantity.h"

namespace bench {
namespace {

struct Field {
  const char* name;
  int width;
};
constexpr Field kFields[] = {{"ROUND", 5}, {"PACE", 9}, {"ACTUAL", 8},      {"EXPECTED", 8},
                             {"RATIO", 6}, {"LOST", 6}, {"DROPS", 8},       {"LAG", 7},
                             {"CPU", 6},   {"RSS", 6},  {"THROUGHPUT", 12}, {"SYSCALLS/S", 10}};

bool Watched(const v1::LoadRound& round) {
  return round.trial().classification() != v1::Trial::UNJUDGED;
}

// One for each field, and the class.
std::vector<std::string> FieldsOf(const v1::LoadRound& round) {
  const v1::Trial& trial = round.trial();
  const bool expected = trial.alerts_expected() > 0;
  const bool watched = Watched(round);
  return {absl::StrCat(trial.number()),
          PaceText(round),
          watched ? absl::StrCat(trial.alerts_received()) : "-",
          expected ? absl::StrFormat("%.0f", trial.alerts_expected()) : "-",
          expected ? absl::StrFormat("%.2f", round.alert_ratio()) : "-",
          expected ? LossText(round.lost_ratio()) : "-",
          watched ? absl::StrCat(trial.drops()) : "-",
          trial.alerts_received() > 0 ? LagText(trial.lag_median_ms()) : "-",
          watched ? absl::StrFormat("%.1f%%", 100 * trial.cpu_cores()) : "-",
          BytesText(round.sensor_resident_bytes()),
          absl::StrFormat("%.1f EPS", trial.achieved().actions_per_sec()),
          RateText(trial.achieved().syscalls_per_sec()),
          watched ? v1::Trial::Class_Name(trial.classification()) : "-"};
}

}  // namespace

std::string PaceText(const v1::LoadRound& round) {
  if (round.sleep_sec() >= 1e-3) return absl::StrFormat("%.3gms", round.sleep_sec() * 1e3);
  if (round.sleep_sec() > 0) return absl::StrFormat("%.3gus", round.sleep_sec() * 1e6);
  if (round.flat_out()) return "flat out";
  return absl::StrCat(FormatRate(round.trial().offered().syscalls_per_sec()), "/s");
}

std::string LoadHeading(bool colours) {
  std::string line;
  for (const Field& field : kFields) absl::StrAppendFormat(&line, "%*s  ", field.width, field.name);
  return absl::StrCat(Coloured(absl::StrCat(line, "CLASS"), Tone::kHeading, colours), "\n");
}

std::string LoadLine(const v1::LoadRound& round, bool colours) {
  const std::vector<std::string> fields = FieldsOf(round);
  std::string line;
  for (size_t i = 0; i < std::size(kFields); ++i) {
    absl::StrAppendFormat(&line, "%*s  ", kFields[i].width, fields[i]);
  }
  return absl::StrCat(
      line, Coloured(fields.back(), ToneOf(round.trial().classification()), colours), "\n");
}

Report LoadRoundsReport(const v1::LoadReport& load) {
  Report report;
  report.message = CopyMessage(load);
  report.items = CopyItems(load.rounds());
  report.records.columns = {{"round"},          {"sleep_sec"},       {"offered_syscalls_per_sec"},
                            {"duration_sec"},   {"alerts_received"}, {"alerts_expected"},
                            {"alert_ratio"},    {"lost_ratio"},      {"events"},
                            {"drops"},          {"lag_median_ms"},   {"cpu_cores"},
                            {"memory_bytes"},   {"actions_per_sec"}, {"syscalls_per_sec"},
                            {"classification"}, {"reason"},          {"sensor_resident_bytes"}};
  TextTable table;
  for (const Field& field : kFields)
    table.columns.push_back({field.name, TextTable::Align::kRight});
  table.columns.push_back({"CLASS"});
  for (const v1::LoadRound& round : load.rounds()) {
    const v1::Trial& trial = round.trial();
    std::vector<TextTable::Cell> row;
    for (std::string& field : FieldsOf(round)) row.emplace_back(std::move(field));
    table.rows.push_back(std::move(row));
    report.records.rows.push_back(
        {absl::StrCat(trial.number()), absl::StrCat(round.sleep_sec()),
         absl::StrCat(trial.offered().syscalls_per_sec()), absl::StrCat(trial.duration_sec()),
         absl::StrCat(trial.alerts_received()), absl::StrCat(trial.alerts_expected()),
         absl::StrCat(round.alert_ratio()), absl::StrCat(round.lost_ratio()),
         absl::StrCat(trial.events()), absl::StrCat(trial.drops()),
         absl::StrCat(trial.lag_median_ms()), absl::StrCat(trial.cpu_cores()),
         absl::StrCat(trial.memory_bytes()), absl::StrCat(trial.achieved().actions_per_sec()),
         absl::StrCat(trial.achieved().syscalls_per_sec()),
         v1::Trial::Class_Name(trial.classification()), trial.reason(),
         absl::StrCat(round.sensor_resident_bytes())});
  }
  report.sections.push_back({.table = std::move(table)});
  return report;
}

}  // namespace bench
