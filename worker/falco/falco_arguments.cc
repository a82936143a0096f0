#include "worker/falco/falco_arguments.h"

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "worker/falco/metrics_interval.h"

namespace bench {

FalcoArguments ParseFalcoArguments(const std::vector<std::string>& argv) {
  struct Option {
    absl::string_view name;
    absl::string_view long_name;
    void (*set)(const std::string& value, FalcoArguments* arguments);
  };
  static constexpr Option kOptions[] = {
      {"-c", "--config", [](const std::string& value, FalcoArguments* a) { a->config = value; }},
      {"-o", "--option",
       [](const std::string& value, FalcoArguments* a) { a->overrides.push_back(value); }},
      {"-r", "--rules-file",
       [](const std::string& value, FalcoArguments* a) { a->rules.push_back(value); }},
      {"-s", "--stats-file",
       [](const std::string& value, FalcoArguments* a) { a->stats_file = value; }},
      {"--stats-interval", "--stats_interval",
       [](const std::string& value, FalcoArguments* a) {
         a->stats_interval = ParseMetricsInterval(value).value_or(a->stats_interval);
       }},
  };
  FalcoArguments arguments;
  for (size_t i = 1; i < argv.size(); ++i) {
    if (argv[i] == "--modern-bpf") arguments.modern_bpf = true;
    for (const Option& option : kOptions) {
      for (absl::string_view name : {option.name, option.long_name}) {
        absl::string_view rest = argv[i];
        if (rest == name && i + 1 < argv.size()) {
          option.set(argv[++i], &arguments);
          break;
        }
        // "--config=FILE", and "-cFILE" as short options may be written.
        const bool is_long = absl::StartsWith(name, "--");
        if (!absl::ConsumePrefix(&rest, name) || rest.empty()) continue;
        if (is_long && !absl::ConsumePrefix(&rest, "=")) continue;
        option.set(std::string(rest), &arguments);
        break;
      }
    }
  }
  return arguments;
}

}  // namespace bench
