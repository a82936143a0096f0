#include "benchctl/view/actions_view.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"

namespace bench {
namespace {

std::string WhatItDoes(const v1::ActionDescription& action) {
  if (action.unavailable_reason().empty()) return action.description();
  return absl::StrCat(action.description(), " (not here: ", action.unavailable_reason(), ")");
}

}  // namespace

Report ActionsReport(const v1::ActionCatalogue& catalogue, int hidden) {
  Report report;
  report.message = CopyMessage(catalogue);
  report.items = CopyItems(catalogue.actions());
  report.records.columns = {{"name"},
                            {"description"},
                            {"rule"},
                            {"rule_set"},
                            {"syscalls"},
                            {"syscalls_per_action"},
                            {"enabled_by_default"},
                            {"unavailable_reason"}};
  TextTable table;
  table.columns = {{"ACTION"}, {"DEFAULT"}, {"RULE"}, {"RULE SET"}, {"SYSCALLS"}, {"WHAT IT DOES"}};
  for (const v1::ActionDescription& action : catalogue.actions()) {
    table.rows.push_back({action.name(), action.enabled_by_default() ? "yes" : "no",
                          action.rule().empty() ? "-" : action.rule(),
                          action.rule_set().empty() ? "-" : action.rule_set(),
                          absl::StrCat(action.syscalls_per_action(), ": ", action.syscalls()),
                          WhatItDoes(action)});
    report.records.rows.push_back(
        {action.name(), action.description(), action.rule(), action.rule_set(), action.syscalls(),
         absl::StrCat(action.syscalls_per_action()), action.enabled_by_default() ? "true" : "false",
         action.unavailable_reason()});
  }
  ReportSection section{.table = std::move(table)};
  if (hidden > 0) {
    section.after.push_back(absl::StrCat(hidden, " more ", hidden == 1 ? "is" : "are",
                                         " off by default in event-generator: --all shows them"));
  }
  report.sections.push_back(std::move(section));
  return report;
}

}  // namespace bench
