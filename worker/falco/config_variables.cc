#include "worker/falco/config_variables.h"

namespace bench {

std::string ExpandVariables(absl::string_view value,
                            const std::map<std::string, std::string>& environment) {
  constexpr int kMostExpansions = 100;
  std::string text(value);
  size_t at = text.find('$');
  for (int i = 0; at != std::string::npos && i < kMostExpansions; ++i) {
    const absl::string_view rest = absl::string_view(text).substr(at);
    const bool literal = rest.substr(0, 3) == "$${";
    if (!literal && rest.substr(0, 2) != "${") break;  // Falco looks no further either
    const size_t end = rest.find('}');
    if (end == absl::string_view::npos) break;
    if (literal) {
      text.erase(at, 1);
      ++at;
    } else {
      const auto variable = environment.find(std::string(rest.substr(2, end - 2)));
      text.replace(at, end + 1, variable == environment.end() ? "" : variable->second);
    }
    at = text.find('$', at);
  }
  return text;
}

}  // namespace bench
