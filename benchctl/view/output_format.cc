#include "benchctl/view/output_format.h"

#include "absl/strings/str_cat.h"

namespace bench {
namespace {

absl::string_view Sequence(Tone tone) {
  switch (tone) {
    case Tone::kPlain:
      return "";
    case Tone::kHeading:
      return "\x1b[1m";
    case Tone::kGood:
      return "\x1b[32m";
    case Tone::kWarning:
      return "\x1b[33m";
    case Tone::kBad:
      return "\x1b[31m";
    case Tone::kFaint:
      return "\x1b[2m";
  }
  return "";
}

}  // namespace

absl::StatusOr<OutputFormat> ParseOutputFormat(absl::string_view text) {
  if (text == "table") return OutputFormat::kTable;
  if (text == "json") return OutputFormat::kJson;
  if (text == "jsonl") return OutputFormat::kJsonLines;
  if (text == "csv") return OutputFormat::kCsv;
  if (text == "markdown") return OutputFormat::kMarkdown;
  if (text == "yaml") return OutputFormat::kYaml;
  return absl::InvalidArgumentError(
      absl::StrCat("\"", text, "\" is not an output format; try ", kOutputFormats));
}

std::string Coloured(absl::string_view text, Tone tone, bool colours) {
  absl::string_view sequence = Sequence(tone);
  if (!colours || sequence.empty() || text.empty()) return std::string(text);
  return absl::StrCat(sequence, text, "\x1b[0m");
}

}  // namespace bench
