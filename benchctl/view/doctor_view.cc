#include "benchctl/view/doctor_view.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "benchctl/view/display_width.h"

namespace bench {
namespace {

Tone ToneOf(v1::DoctorCheck::Status status) {
  switch (status) {
    case v1::DoctorCheck::PASS:
      return Tone::kGood;
    case v1::DoctorCheck::WARN:
      return Tone::kWarning;
    case v1::DoctorCheck::FAIL:
      return Tone::kBad;
    default:
      return Tone::kPlain;
  }
}

std::string Summary(int warnings, int failures) {
  std::string notes = warnings == 1 ? "1 warning" : absl::StrCat(warnings, " warnings");
  if (failures == 0) return absl::StrCat("This host can measure (", notes, ").");
  return absl::StrCat("This host can't measure yet: ", failures,
                      failures == 1 ? " check failed, " : " checks failed, ", notes, ".");
}

}  // namespace

Report DoctorChecksReport(const v1::DoctorReport& doctor, bool colours) {
  Report report;
  report.message = CopyMessage(doctor);
  report.items = CopyItems(doctor.checks());
  report.records.columns = {{"id"}, {"title"}, {"status"}, {"finding"}, {"mend"}};
  size_t widest = 0;
  for (const v1::DoctorCheck& check : doctor.checks()) {
    widest = std::max(widest, DisplayWidth(check.title()));
  }
  ReportSection section;
  int warnings = 0;
  int failures = 0;
  for (const v1::DoctorCheck& check : doctor.checks()) {
    std::string status = v1::DoctorCheck::Status_Name(check.status());
    warnings += check.status() == v1::DoctorCheck::WARN ? 1 : 0;
    failures += check.status() == v1::DoctorCheck::FAIL ? 1 : 0;
    section.after.push_back(absl::StrCat(Coloured(status, ToneOf(check.status()), colours), "  ",
                                         PadRight(check.title(), widest), "  ", check.finding()));
    if (!check.mend().empty()) {
      section.after.push_back(absl::StrCat("      -> ", check.mend()));
    }
    report.records.rows.push_back(
        {check.id(), check.title(), status, check.finding(), check.mend()});
  }
  section.after.push_back(Summary(warnings, failures));
  report.sections.push_back(std::move(section));
  return report;
}

}  // namespace bench
