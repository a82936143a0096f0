#include "worker/falco/rule_key.h"

#include "absl/strings/ascii.h"

namespace bench {

std::string RuleKey(absl::string_view rule_name) {
  std::string key;
  key.reserve(rule_name.size());
  for (const char c : rule_name) {
    const bool kept = absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == ':';
    if (kept) {
      key += c;
    } else if (key.empty() || key.back() != '_') {
      key += '_';  // one for any number of other characters in a row
    }
  }
  if (!key.empty() && key.back() == '_') key.pop_back();
  return key;
}

}  // namespace bench
