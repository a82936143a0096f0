#include "benchctl/view/version_view.h"

#include "absl/strings/str_cat.h"

namespace bench {

Report VersionReport(const v1::GetVersionResponse& version) {
  Report report;
  report.message = CopyMessage(version);
  report.items.push_back(CopyMessage(version));
  report.records.columns = {{"version"}, {"git_commit"}};
  report.records.rows = {{version.version(), version.git_commit()}};
  report.sections.push_back(
      {.after = {absl::StrCat("benchctl ", version.version(), " (", version.git_commit(), ")")}});
  return report;
}

}  // namespace bench
