// What the values of flags have in common. Pure and thread-safe.
#pragma once

#include <initializer_list>
#include <string>

#include "CLI/App.hpp"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace bench {

// INVALID_ARGUMENT: "FLAG: MESSAGE".
absl::Status FlagError(absl::string_view flag, absl::string_view message);

absl::StatusOr<int> ParseWhole(absl::string_view flag, absl::string_view text, int lowest,
                               int highest, int example);
absl::StatusOr<std::string> ParseChoice(absl::string_view flag, const std::string& text,
                                        std::initializer_list<absl::string_view> choices);
absl::StatusOr<absl::Duration> ParseDurationWithin(absl::string_view flag, absl::string_view text,
                                                   absl::Duration lowest, absl::Duration highest);

// An option that takes text; its help shows the initial value, if there is one.
void AddTextOption(CLI::App& command, const char* name, std::string& value, const char* type,
                   const char* description, const char* group);

}  // namespace bench
