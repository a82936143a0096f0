#include "benchctl/view/sweep_view.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "benchctl/view/axis_columns.h"
#include "benchctl/view/run_records.h"
#include "benchctl/view/run_text.h"
#include "common/units/quantity.h"

namespace bench {
namespace {

using Runs = google::protobuf::RepeatedPtrField<v1::Run>;
constexpr TextTable::Align kRight = TextTable::Align::kRight;

// Which columns tell runs apart; one that is the same for all is left out.
struct Shape {
  bool nodes = false;
  bool repeats = false;
  std::vector<Setting> settings;
};

Shape ShapeOf(const Runs& runs) {
  std::set<std::string> nodes;
  Shape shape;
  for (const v1::Run& run : runs) {
    if (!run.node().empty()) nodes.insert(run.node());  // else not leased yet
    shape.repeats |= run.repeat() > 1;
  }
  shape.nodes = nodes.size() > 1;
  shape.settings = SettingsInUse(runs);
  return shape;
}

void AddWhereColumns(const Shape& shape, TextTable* table) {
  table->columns.push_back({"CPU", kRight});
  table->columns.push_back({"MEMORY", kRight});
  AddSettingColumns(shape.settings, table);
  if (shape.nodes) table->columns.push_back({"NODE"});
}

void AddWhereCells(const Shape& shape, const v1::Cell& cell, const std::string& node,
                   std::vector<TextTable::Cell>* row) {
  row->push_back(FormatCpuMillis(cell.cpu_millis()));
  row->push_back(FormatMemoryBytes(cell.memory_bytes()));
  AddSettingCells(shape.settings, cell, row);
  if (shape.nodes) row->push_back(node.empty() ? "-" : node);
}

TextTable ResultTable(const Runs& runs, const Shape& shape) {
  TextTable table;
  AddWhereColumns(shape, &table);
  if (shape.repeats) table.columns.push_back({"REPEAT", kRight});
  for (const char* name :
       {"SYSCALLS/S", "INTERVAL", "EVENTS/S", "EPS", "ALERTS/S", "SENSOR CPU", "PEAK RSS"}) {
    table.columns.push_back({name, kRight});
  }
  table.columns.push_back({"LIMITED BY"});
  table.columns.push_back({"VERDICT"});
  for (const v1::Run& run : runs) {
    const v1::Rates& rates = run.result().sustainable();
    std::vector<TextTable::Cell> row;
    AddWhereCells(shape, run.cell(), run.node(), &row);
    if (shape.repeats) row.push_back(absl::StrCat(run.repeat()));
    row.push_back(SyscallsText(run));
    row.push_back(IntervalText(run));
    row.push_back(RateText(rates.events_per_sec()));
    row.push_back(RateText(rates.actions_per_sec()));
    row.push_back(RateText(rates.alerts_per_sec()));
    row.push_back(CoresText(run.usage().cpu_cores()));
    row.push_back(BytesText(run.usage().peak_memory_bytes()));
    row.push_back(LimitedByText(run.result()));
    row.emplace_back(OutcomeText(run), OutcomeTone(run));
    table.rows.push_back(std::move(row));
  }
  return table;
}

// ">= " before figures of lower bounds.
TextTable RepeatsTable(const v1::GetCampaignResponse& response, const Shape& shape) {
  TextTable table;
  AddWhereColumns(shape, &table);
  table.columns.push_back({"ANSWERS", kRight});
  table.columns.push_back({"MEDIAN SYSCALLS/S", kRight});
  table.columns.push_back({"LOWEST-HIGHEST", kRight});
  for (const v1::RepeatSummary& repeats : response.repeats()) {
    std::vector<TextTable::Cell>& row = table.rows.emplace_back();
    AddWhereCells(shape, repeats.cell(), repeats.node(), &row);
    row.push_back(absl::StrCat(repeats.answers()));
    if (repeats.answers() + repeats.lower_bounds() == 0) {
      row.insert(row.end(), {"-", "-"});
      continue;
    }
    const char* at_least = repeats.answers() == 0 ? ">= " : "";
    row.push_back(absl::StrCat(at_least, FormatRate(repeats.median_syscalls_per_sec())));
    row.push_back(absl::StrCat(FormatRate(repeats.lowest_syscalls_per_sec()), "-",
                               FormatRate(repeats.highest_syscalls_per_sec())));
  }
  return table;
}

// Of the lower bounds that stand beside answers, and are in none of the figures.
std::vector<std::string> LeftOutOfRepeats(const v1::GetCampaignResponse& response,
                                          const Shape& shape) {
  std::vector<std::string> lines;
  for (const v1::RepeatSummary& repeats : response.repeats()) {
    if (repeats.answers() == 0 || repeats.lower_bounds() == 0) continue;
    std::string where = CellText(repeats.cell());
    if (shape.nodes && !repeats.node().empty()) absl::StrAppend(&where, " node=", repeats.node());
    lines.push_back(absl::StrCat(where, ": the median is without ", repeats.lower_bounds(),
                                 " that ended GENERATOR_BOUND, at what the sensor takes at least"));
  }
  return lines;
}

std::vector<std::string> Explanations(const Runs& runs, const Shape& shape) {
  std::vector<std::string> lines;
  for (const v1::Run& run : runs) {
    std::string text = ExplanationText(run);
    if (text.empty()) continue;
    std::string where = CellText(run.cell());
    if (shape.nodes && !run.node().empty()) absl::StrAppend(&where, " node=", run.node());
    if (shape.repeats) absl::StrAppend(&where, " repeat=", run.repeat());
    lines.push_back(absl::StrCat(where, ": ", OutcomeText(run), ": ", text));
  }
  return lines;
}

// With its version: a list goes across what was installed over months.
std::string SensorOf(const v1::Run& run) {
  const v1::SensorInfo& sensor = run.sensor();
  if (sensor.kind().empty()) return "-";
  if (sensor.kind() == "simulated") return "SIMULATED";
  return sensor.version().empty() ? sensor.kind()
                                  : absl::StrCat(sensor.kind(), " ", sensor.version());
}

}  // namespace

Report CampaignReport(const v1::GetCampaignResponse& response) {
  Report report;
  report.message = CopyMessage(response);
  report.items = CopyItems(response.runs());
  report.records = RunRecords(response.runs());
  report.notes.assign(response.notes().begin(), response.notes().end());

  Shape shape = ShapeOf(response.runs());
  const v1::Campaign& campaign = response.campaign();
  ReportSection results;
  results.before = SensorCaptions(response.runs(), campaign.spec().sensor());
  results.table = ResultTable(response.runs(), shape);
  results.after = Explanations(response.runs(), shape);
  results.after.insert(results.after.end(), report.notes.begin(), report.notes.end());
  report.sections.push_back(std::move(results));
  if (response.repeats_size() > 0) {
    report.sections.push_back({.title = "Over the repeats",
                               .table = RepeatsTable(response, shape),
                               .after = LeftOutOfRepeats(response, shape)});
  }
  std::string line = absl::StrCat("Campaign ", campaign.id());
  if (!campaign.name().empty()) absl::StrAppend(&line, " \"", campaign.name(), "\"");
  if (campaign.state() != v1::Campaign::DONE) {
    absl::StrAppend(&line, " (", v1::Campaign::State_Name(campaign.state()), ")");
  }
  absl::StrAppend(&line, ": benchctl show ", campaign.id());
  report.sections.push_back({.after = {line}});
  return report;
}

Report RunListReport(const v1::ListRunsResponse& response) {
  Report report;
  report.message = CopyMessage(response);
  report.items = CopyItems(response.runs());
  report.records = RunRecords(response.runs());
  report.notes.assign(response.notes().begin(), response.notes().end());
  if (response.runs().empty()) {
    report.sections.push_back({.after = {"No run matches."}});
    return report;
  }
  TextTable table;
  const std::vector<Setting> settings = SettingsInUse(response.runs());
  table.columns = {{"RUN"},    {"CAMPAIGN"},    {"STARTED"},       {"NODE"},
                   {"SENSOR"}, {"CPU", kRight}, {"MEMORY", kRight}};
  AddSettingColumns(settings, &table);
  table.columns.insert(
      table.columns.end(),
      {{"SYSCALLS/S", kRight}, {"INTERVAL", kRight}, {"TRIALS", kRight}, {"VERDICT"}});
  for (const v1::Run& run : response.runs()) {
    std::vector<TextTable::Cell>& row = table.rows.emplace_back();
    row = {run.id(),
           run.campaign_id(),
           TimeText(run.started_at()),
           run.node().empty() ? "-" : run.node(),
           SensorOf(run),
           FormatCpuMillis(run.cell().cpu_millis()),
           FormatMemoryBytes(run.cell().memory_bytes())};
    AddSettingCells(settings, run.cell(), &row);
    row.insert(row.end(), {SyscallsText(run), IntervalText(run), absl::StrCat(run.trials()),
                           TextTable::Cell(OutcomeText(run), OutcomeTone(run))});
  }
  report.sections.push_back({.table = std::move(table), .after = report.notes});
  return report;
}

Report PlanReport(const v1::GetCampaignResponse& planned, double estimate_sec, double at_most_sec) {
  Report report;
  report.message = CopyMessage(planned);
  report.items = CopyItems(planned.runs());
  report.records = RunRecords(planned.runs());
  TextTable table;
  const std::vector<Setting> settings = SettingsInUse(planned.runs());
  table.columns = {{"RUN", kRight}, {"CPU", kRight}, {"MEMORY", kRight}};
  AddSettingColumns(settings, &table);
  table.columns.insert(table.columns.end(), {{"NODE"}, {"REPEAT", kRight}});
  int number = 0;
  for (const v1::Run& run : planned.runs()) {
    std::vector<TextTable::Cell>& row = table.rows.emplace_back();
    row = {absl::StrCat(++number), FormatCpuMillis(run.cell().cpu_millis()),
           FormatMemoryBytes(run.cell().memory_bytes())};
    AddSettingCells(settings, run.cell(), &row);
    row.insert(row.end(), {run.node().empty() ? "any" : run.node(), absl::StrCat(run.repeat())});
  }
  ReportSection section;
  section.before = SensorCaptions(planned.runs(), planned.campaign().spec().sensor());
  section.table = std::move(table);
  section.after = {absl::StrCat(planned.runs_size(), planned.runs_size() == 1 ? " run" : " runs",
                                ", about ", FormatSeconds(estimate_sec), " in all, at most ",
                                FormatSeconds(at_most_sec), ". Nothing was measured (--dry-run).")};
  report.sections.push_back(std::move(section));
  return report;
}

}  // namespace bench
