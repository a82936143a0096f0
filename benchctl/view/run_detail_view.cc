#include "benchctl/view/run_detail_view.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "benchctl/view/display_width.h"
#include "benchctl/view/run_records.h"
#include "benchctl/view/run_text.h"
#include "benchctl/view/trial_text.h"
#include "common/units/quantity.h"

namespace bench {
namespace {

// "name   value" lines; those without a value are left out.
class Facts {
 public:
  void Add(absl::string_view name, absl::string_view value) {
    if (value.empty() || value == "-") return;
    lines_.push_back(absl::StrCat(PadRight(name, 22), value));
  }
  std::vector<std::string> Take() { return std::move(lines_); }

 private:
  std::vector<std::string> lines_;
};

std::string RatesText(const v1::Rates& rates) {
  if (rates.syscalls_per_sec() <= 0) return "";
  return absl::StrCat(FormatRate(rates.syscalls_per_sec()), " syscalls/s, ",
                      FormatRate(rates.events_per_sec()), " events/s, ",
                      FormatRate(rates.actions_per_sec()), " actions/s (EPS), ",
                      FormatRate(rates.alerts_per_sec()), " alerts/s");
}

ReportSection RunSection(const v1::Run& run) {
  const v1::Result& result = run.result();
  Facts facts;
  facts.Add("Campaign", run.campaign_id());
  facts.Add("Cell", CellText(run.cell()));
  facts.Add("Node", run.node());
  facts.Add("Sensor", run.sensor().kind().empty() ? "" : SensorText(run.sensor()));
  facts.Add("Repeat, attempt", absl::StrCat(run.repeat(), ", ", run.attempt()));
  facts.Add("State", v1::Run::State_Name(run.state()));
  facts.Add("Started", TimeText(run.started_at()));
  facts.Add("Took", run.duration_sec() > 0 ? FormatSeconds(run.duration_sec()) : "");
  facts.Add("Trials", absl::StrCat(run.trials()));
  facts.Add("Verdict", OutcomeText(run));
  facts.Add("Message", ExplanationText(run).empty() ? result.message() : ExplanationText(run));
  facts.Add("Sustainable", RatesText(result.sustainable()));
  facts.Add("Rejected at", RatesText(result.upper()));
  facts.Add("Confirmed by", result.confirmed_trials() > 0
                                ? absl::StrCat(result.confirmed_trials(), " trials")
                                : "");
  facts.Add("Limited by", LimitedByText(result));
  facts.Add("", result.limited_by_detail());
  facts.Add("Flags", absl::StrJoin(result.flags(), ", "));
  facts.Add("Sensor CPU", CoresText(run.usage().cpu_cores()));
  if (run.has_usage()) {
    facts.Add("Throttled periods", FormatPercent(run.usage().cpu_throttled_ratio()));
  }
  facts.Add("Peak memory", BytesText(run.usage().peak_memory_bytes()));
  if (run.has_baseline()) {
    facts.Add("Idle baseline", absl::StrCat(FormatRate(run.baseline().events_per_sec()),
                                            " events/s, ", run.baseline().drops(), " drops, lag ",
                                            LagText(run.baseline().lag_median_ms())));
  }
  return {.title = absl::StrCat("Run ", run.id()), .after = facts.Take()};
}

std::string CpusText(const v1::Manifest& manifest) {
  if (manifest.cpus() <= 0) return "";
  std::string text = absl::StrCat(manifest.cpus(), " x ", manifest.cpu_model());
  if (manifest.has_smt_active()) {
    absl::StrAppend(&text, manifest.smt_active() ? ", SMT on" : ", SMT off");
  }
  return text;
}

// "libs 0.25.4, engine 0.62.0, …", of the parts that are known.
std::string SensorPartsText(const v1::Manifest& manifest) {
  const std::pair<const char*, const std::string&> kParts[] = {
      {"libs", manifest.libs_version()},
      {"engine", manifest.engine_version()},
      {"driver", manifest.driver_version()},
      {"API", manifest.driver_api_version()},
      {"schema", manifest.driver_schema_version()}};
  std::string text;
  for (const auto& [name, version] : kParts) {
    if (!version.empty()) absl::StrAppend(&text, text.empty() ? "" : ", ", name, " ", version);
  }
  return text;
}

// All checksums are in the JSON.
std::string FilesText(const google::protobuf::RepeatedPtrField<v1::FileChecksum>& files,
                      const std::string& sha256) {
  if (files.empty()) return "";
  std::vector<absl::string_view> paths;
  for (const v1::FileChecksum& file : files) paths.push_back(file.path());
  return absl::StrCat(sha256.empty() ? "unknown" : sha256.substr(0, 12), " (sha256) of ",
                      absl::StrJoin(paths, ", "));
}

std::string PressureText(const v1::Manifest& manifest) {
  std::vector<std::string> parts;
  auto add = [&parts](const char* name, bool known, double ratio) {
    if (known) parts.push_back(absl::StrCat(name, " ", FormatPercent(ratio)));
  };
  add("cpu", manifest.has_psi_cpu_some_ratio(), manifest.psi_cpu_some_ratio());
  add("memory", manifest.has_psi_memory_some_ratio(), manifest.psi_memory_some_ratio());
  add("io", manifest.has_psi_io_some_ratio(), manifest.psi_io_some_ratio());
  return absl::StrJoin(parts, ", ");
}

ReportSection ManifestSection(const v1::Manifest& manifest) {
  Facts facts;
  facts.Add("Host", manifest.hostname());
  facts.Add("Kernel", manifest.kernel());
  facts.Add("CPUs", CpusText(manifest));
  facts.Add("Memory", BytesText(manifest.memory_bytes()));
  facts.Add("Virtualization", manifest.virtualization());
  facts.Add("Governor", manifest.governor());
  facts.Add("Cgroups", manifest.cgroup_version());
  if (manifest.has_steal_ratio()) {
    facts.Add("CPU time stolen", FormatPercent(manifest.steal_ratio()));
  }
  facts.Add("Pressure (PSI, some)", PressureText(manifest));
  facts.Add("Sensor parts", SensorPartsText(manifest));
  facts.Add("Configuration", FilesText(manifest.config_files(), manifest.config_sha256()));
  facts.Add("Effective settings",
            manifest.effective_config_sha256().empty()
                ? ""
                : absl::StrCat(manifest.effective_config_sha256().substr(0, 12), " (sha256)"));
  facts.Add("Rules", FilesText(manifest.rules_files(), manifest.rules_sha256()));
  facts.Add("Ring buffer", manifest.ring_bytes() > 0
                               ? absl::StrCat(BytesText(manifest.ring_bytes()), " per ",
                                              manifest.cpus_per_ring(), " CPUs")
                               : "");
  facts.Add("Generators", manifest.generators() > 0
                              ? absl::StrCat(manifest.generators(),
                                             manifest.generator_cpus().empty() ? "" : " on CPUs ",
                                             manifest.generator_cpus())
                              : "");
  facts.Add("Sensor CPUs", manifest.sensor_cpus());
  facts.Add("Sensor command", manifest.sensor_command());
  facts.Add("Measured with",
            manifest.tool_version().empty()
                ? ""
                : absl::StrCat(manifest.tool_version(), " (", manifest.git_commit(), ")"));
  for (const v1::Tag& tag : manifest.extra()) facts.Add(tag.key(), tag.value());
  return {.title = "Circumstances", .after = facts.Take()};
}

ReportSection CalibrationSection(const v1::Run& run) {
  ReportSection section{.title = "Calibration"};
  constexpr TextTable::Align kRight = TextTable::Align::kRight;
  section.table.columns = {
      {"ACTION"}, {"SYSCALLS", kRight}, {"EVENTS", kRight}, {"ALERTS", kRight}};
  for (const v1::ActionCalibration& action : run.calibration()) {
    section.table.rows.push_back({action.action(),
                                  absl::StrFormat("%.2f", action.syscalls_per_action()),
                                  absl::StrFormat("%.2f", action.events_per_action()),
                                  absl::StrFormat("%.2f", action.alerts_per_action())});
  }
  return section;
}

}  // namespace

Report RunDetailReport(const v1::GetRunResponse& response) {
  Report report;
  report.message = CopyMessage(response);
  if (!response.samples().empty()) {
    report.items = CopyItems(response.samples());
    report.records = SampleRecords(response.samples());
  } else if (!response.trials().empty()) {
    report.items = CopyItems(response.trials());
    report.records = TrialRecords(response.trials());
  } else {
    google::protobuf::RepeatedPtrField<v1::Run> one;
    *one.Add() = response.run();
    report.items = CopyItems(one);
    report.records = RunRecords(one);
  }
  report.sections.push_back(RunSection(response.run()));
  if (response.has_manifest()) report.sections.push_back(ManifestSection(response.manifest()));
  if (!response.run().calibration().empty()) {
    report.sections.push_back(CalibrationSection(response.run()));
  }
  if (!response.trials().empty()) {
    report.sections.push_back({.title = "Trials", .table = TrialTable(response.trials())});
  }
  if (!response.samples().empty()) {
    report.sections.push_back({.title = "Samples", .table = SampleTable(response.samples())});
  }
  return report;
}

}  // namespace bench
