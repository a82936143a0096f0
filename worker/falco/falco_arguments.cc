#include "worker/falco/falco_arguments.h"

#include <optional>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "worker/falco/metrics_interval.h"

namespace bench {

namespace {

struct Option {
  absl::string_view name;
  absl::string_view long_name;
  void (*set)(const std::string& value, FalcoArguments* arguments);
};
constexpr Option kOptions[] = {
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
    {"-P", "--pidfile", [](const std::string&, FalcoArguments*) {}},
};

// Of "--config=FILE", and of "-cFILE", as short options may be written.
std::optional<std::string> JoinedValue(absl::string_view word, const Option& option) {
  for (absl::string_view name : {option.name, option.long_name}) {
    absl::string_view rest = word;
    if (!absl::ConsumePrefix(&rest, name) || rest.empty()) continue;
    if (!absl::StartsWith(name, "--") || absl::ConsumePrefix(&rest, "=")) return std::string(rest);
  }
  return std::nullopt;
}

// With its value; `at` is then that of its last word. False: it is none of these.
bool TakeOption(const std::vector<std::string>& argv, size_t* at, FalcoArguments* arguments) {
  const std::string& word = argv[*at];
  for (const Option& option : kOptions) {
    if (word == option.name || word == option.long_name) {
      if (*at + 1 < argv.size()) option.set(argv[++*at], arguments);
      return true;
    }
    if (const std::optional<std::string> value = JoinedValue(word, option)) {
      option.set(*value, arguments);
      return true;
    }
  }
  return false;
}

void TakeOther(const std::string& word, FalcoArguments* arguments) {
  if (word == "--modern-bpf") {
    arguments->modern_bpf = true;
    return;
  }
  if (word == "-U" || word == "--unbuffered") arguments->unbuffered = true;
  arguments->others.push_back(word);
}

}  // namespace

FalcoArguments ParseFalcoArguments(const std::vector<std::string>& argv) {
  FalcoArguments arguments;
  for (size_t i = 1; i < argv.size(); ++i) {
    if (!TakeOption(argv, &i, &arguments)) TakeOther(argv[i], &arguments);
  }
  return arguments;
}

}  // namespace bench
