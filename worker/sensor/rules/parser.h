// The language of conditions, a part of Falco's:
//   evt.type in (open, openat) and fd.name startswith /etc and not proc.name in (shells)
// An item of a list may be the name of another list; a bare word is the name of a macro. Pure.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "worker/sensor/rules/condition.h"

namespace bench::sensor {

// What conditions may refer to by name.
struct Vocabulary {
  std::map<std::string, std::vector<std::string>, std::less<>> lists;
  std::map<std::string, std::string, std::less<>> macros;  // texts, parsed wherever they are used
};

// INVALID_ARGUMENT says what was not understood and where.
absl::StatusOr<ConditionPtr> ParseCondition(absl::string_view text, const Vocabulary& vocabulary);

}  // namespace bench::sensor
