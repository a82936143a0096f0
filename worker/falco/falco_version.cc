#include "worker/falco/falco_version.h"

#include <string_view>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/status/status_macros.h"
#include "simdjson.h"

namespace bench {
namespace {

constexpr int kOldestMajor = 0;
constexpr int kOldestMinor = 20;

absl::Status NoVersion(absl::string_view output) {
  return absl::InvalidArgumentError(absl::StrCat("no Falco version in what `--version` printed: \"",
                                                 absl::CHexEscape(output.substr(0, 200)),
                                                 "\"; is it Falco?"));
}

// "0.44.1-rc1" -> 0, 44, 1; the patch may be missing.
bool SplitNumbers(absl::string_view text, FalcoVersion* version) {
  const size_t end = text.find_first_not_of("0123456789.");
  std::vector<absl::string_view> parts = absl::StrSplit(text.substr(0, end), '.');
  if (parts.size() < 2) return false;
  if (!absl::SimpleAtoi(parts[0], &version->major)) return false;
  if (!absl::SimpleAtoi(parts[1], &version->minor)) return false;
  return parts.size() < 3 || absl::SimpleAtoi(parts[2], &version->patch);
}

void ReadText(absl::string_view output, FalcoVersion* version) {
  struct Line {
    absl::string_view label;
    std::string FalcoVersion::*member;
  };
  static constexpr Line kLines[] = {
      {"Falco version:", &FalcoVersion::falco},
      {"Libs version:", &FalcoVersion::libs},
      {"Engine:", &FalcoVersion::engine},
      {"API version:", &FalcoVersion::driver_api},
      {"Schema version:", &FalcoVersion::driver_schema},
      {"Default driver:", &FalcoVersion::default_driver},
  };
  for (absl::string_view text : absl::StrSplit(output, '\n')) {
    for (const Line& line : kLines) {
      // Some releases print a time stamp before it.
      const size_t at = text.find(line.label);
      if (at == absl::string_view::npos) continue;
      absl::string_view value = absl::StripAsciiWhitespace(text.substr(at + line.label.size()));
      // "0.44.1 (x86_64)": the first word.
      (version->*line.member) = std::string(value.substr(0, value.find(' ')));
    }
  }
}

void ReadJson(absl::string_view output, FalcoVersion* version) {
  struct Field {
    const char* key;
    std::string FalcoVersion::*member;
  };
  static constexpr Field kFields[] = {
      {"falco_version", &FalcoVersion::falco},
      {"libs_version", &FalcoVersion::libs},
      {"engine_version", &FalcoVersion::engine},
      {"engine_version_semver", &FalcoVersion::engine},  // where both are: this one
      {"driver_api_version", &FalcoVersion::driver_api},
      {"driver_schema_version", &FalcoVersion::driver_schema},
      {"default_driver_version", &FalcoVersion::default_driver},
  };
  simdjson::dom::parser parser;
  simdjson::dom::object object;
  if (parser.parse(output.data(), output.size()).get_object().get(object)) return;
  for (const Field& field : kFields) {
    std::string_view value;
    if (!object[field.key].get_string().get(value)) (version->*field.member) = std::string(value);
  }
}

}  // namespace

absl::StatusOr<FalcoVersion> ParseFalcoVersion(absl::string_view output) {
  FalcoVersion version;
  absl::string_view trimmed = absl::StripAsciiWhitespace(output);
  if (absl::StartsWith(trimmed, "{")) {
    ReadJson(trimmed, &version);
  } else {
    ReadText(trimmed, &version);
  }
  if (!SplitNumbers(version.falco, &version)) return NoVersion(trimmed);
  return version;
}

absl::Status CheckFalcoSupported(const FalcoVersion& version) {
  if (version.AtLeast(kOldestMajor, kOldestMinor)) return absl::OkStatus();
  return absl::UnimplementedError(
      absl::StrCat("Falco ", version.falco, " is too old: the oldest that can be measured is ",
                   kOldestMajor, ".", kOldestMinor, ".0; update Falco, or try --sensor reference"));
}

}  // namespace bench
