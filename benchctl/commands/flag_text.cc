#include "benchctl/commands/flag_text.h"

#include <algorithm>

#include "CLI/Option.hpp"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/status/status_macros.h"
#include "common/units/quantity.h"

namespace bench {

absl::Status FlagError(absl::string_view flag, absl::string_view message) {
  return absl::InvalidArgumentError(absl::StrCat(flag, ": ", message));
}

absl::StatusOr<int> ParseWhole(absl::string_view flag, absl::string_view text, int lowest,
                               int highest, int example) {
  int value = 0;
  if (!absl::SimpleAtoi(text, &value) || value < lowest || value > highest) {
    return FlagError(flag, absl::StrCat("\"", text, "\" is not a whole number from ", lowest,
                                        " to ", highest, "; try ", example));
  }
  return value;
}

absl::StatusOr<std::string> ParseChoice(absl::string_view flag, const std::string& text,
                                        std::initializer_list<absl::string_view> choices) {
  if (std::find(choices.begin(), choices.end(), text) != choices.end()) return text;
  return FlagError(flag, absl::StrCat("\"", text, "\" is none of ", absl::StrJoin(choices, ", ")));
}

absl::StatusOr<absl::Duration> ParseDurationWithin(absl::string_view flag, absl::string_view text,
                                                   absl::Duration lowest, absl::Duration highest) {
  absl::StatusOr<absl::Duration> duration = ParseDurationText(text);
  if (!duration.ok()) return Annotate(duration.status(), flag);
  if (*duration < lowest || *duration > highest) {
    return FlagError(flag, absl::StrCat(text, " is not within ", absl::FormatDuration(lowest),
                                        " and ", absl::FormatDuration(highest)));
  }
  return duration;
}

void AddTextOption(CLI::App& command, const char* name, std::string& value, const char* type,
                   const char* description, const char* group) {
  CLI::Option* option = command.add_option(name, value, description)->type_name(type)->group(group);
  if (!value.empty()) option->capture_default_str();
}

}  // namespace bench
