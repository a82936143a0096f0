// The name under which a rule's counter stands.
#pragma once

#include <string>

#include "absl/strings/string_view.h"

namespace bench {

// "Read sensitive file untrusted" -> "Read_sensitive_file_untrusted", as Falco itself makes the
// `falco.rules.` keys of its metrics from the names of rules: the keys of
// CounterReading::matches_by_rule, whatever source they came from. Pure.
std::string RuleKey(absl::string_view rule_name);

}  // namespace bench
