#include "benchctl/view/report.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "benchctl/view/json.h"
#include "benchctl/view/yaml.h"

namespace bench {
namespace {

void AppendLines(const std::vector<std::string>& lines, absl::string_view end, std::string* out) {
  for (const std::string& line : lines) absl::StrAppend(out, line, end);
}

std::string RenderForPeople(const Report& report, bool markdown, bool colours) {
  // Markdown joins lines that follow each other into one paragraph, so each is its own.
  absl::string_view line_end = markdown ? "\n\n" : "\n";
  std::string out;
  for (const ReportSection& section : report.sections) {
    if (!out.empty() && !absl::EndsWith(out, "\n\n")) absl::StrAppend(&out, "\n");
    if (!section.title.empty()) {
      std::string title = markdown ? absl::StrCat("## ", section.title, "\n")
                                   : Coloured(section.title, Tone::kHeading, colours);
      absl::StrAppend(&out, title, "\n");
    }
    AppendLines(section.before, line_end, &out);
    if (!section.table.columns.empty()) {
      absl::StrAppend(
          &out, markdown ? RenderMarkdown(section.table) : RenderAligned(section.table, colours));
    }
    if (markdown && !section.after.empty() && !section.table.columns.empty()) {
      absl::StrAppend(&out, "\n");
    }
    AppendLines(section.after, line_end, &out);
  }
  while (absl::EndsWith(out, "\n\n")) out.pop_back();
  return out;
}

}  // namespace

std::string RenderReport(const Report& report, OutputFormat format, bool colours) {
  switch (format) {
    case OutputFormat::kTable:
      return RenderForPeople(report, /*markdown=*/false, colours);
    case OutputFormat::kMarkdown:
      return RenderForPeople(report, /*markdown=*/true, /*colours=*/false);
    case OutputFormat::kJson:
      return report.message != nullptr ? RenderJson(*report.message, JsonLayout::kPretty) : "";
    case OutputFormat::kYaml:
      return report.message != nullptr ? RenderYaml(*report.message) : "";
    case OutputFormat::kJsonLines: {
      std::string out;
      for (const auto& item : report.items) {
        absl::StrAppend(&out, RenderJson(*item, JsonLayout::kOneLine));
      }
      return out;
    }
    case OutputFormat::kCsv:
      return RenderCsv(report.records);
  }
  return "";
}

}  // namespace bench
