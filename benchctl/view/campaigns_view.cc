#include "benchctl/view/campaigns_view.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "benchctl/view/run_text.h"
#include "common/units/quantity.h"

namespace bench {
namespace {

std::string CpuAxis(const v1::SweepSpec& spec) {
  std::vector<std::string> values;
  for (int32_t cpu_millis : spec.cpu_millis()) values.push_back(FormatCpuMillis(cpu_millis));
  return absl::StrJoin(values, ",");
}

std::string MemoryAxis(const v1::SweepSpec& spec) {
  std::vector<std::string> values;
  for (int64_t bytes : spec.memory_bytes()) values.push_back(FormatMemoryBytes(bytes));
  return absl::StrJoin(values, ",");
}

std::string OrDash(std::string text) {
  return text.empty() ? "-" : std::move(text);
}

}  // namespace

Report CampaignListReport(const v1::ListCampaignsResponse& response) {
  Report report;
  report.message = CopyMessage(response);
  report.items = CopyItems(response.campaigns());
  report.records.columns = {{"id"},          {"name"},       {"state"},        {"created_at"},
                            {"finished_at"}, {"cpu_millis"}, {"memory_bytes"}, {"sensor"},
                            {"runs_total"},  {"runs_ended"}, {"tags"}};
  TextTable table;
  table.columns = {{"CAMPAIGN"}, {"NAME"},   {"STATE"},  {"CREATED"},
                   {"CPU"},      {"MEMORY"}, {"SENSOR"}, {"RUNS", TextTable::Align::kRight},
                   {"TAGS"}};
  for (const v1::Campaign& campaign : response.campaigns()) {
    const v1::SweepSpec& spec = campaign.spec();
    std::string state = v1::Campaign::State_Name(campaign.state());
    Tone tone = campaign.state() == v1::Campaign::DONE ? Tone::kGood : Tone::kWarning;
    table.rows.push_back({campaign.id(), OrDash(campaign.name()), TextTable::Cell(state, tone),
                          TimeText(campaign.created_at()), CpuAxis(spec), MemoryAxis(spec),
                          OrDash(spec.sensor()),
                          absl::StrCat(campaign.runs_ended(), "/", campaign.runs_total()),
                          OrDash(TagsText(campaign.tags()))});
    report.records.rows.push_back({campaign.id(), campaign.name(), state,
                                   Rfc3339(campaign.created_at()), Rfc3339(campaign.finished_at()),
                                   absl::StrJoin(spec.cpu_millis(), " "),
                                   absl::StrJoin(spec.memory_bytes(), " "), spec.sensor(),
                                   absl::StrCat(campaign.runs_total()),
                                   absl::StrCat(campaign.runs_ended()), TagsText(campaign.tags())});
  }
  if (table.rows.empty()) {
    report.sections.push_back(
        {.after = {"No campaign yet: `benchctl sweep --cpu 500m,1,2 --memory 512Mi` makes one."}});
  } else {
    report.sections.push_back({.table = std::move(table)});
  }
  return report;
}

}  // namespace bench
