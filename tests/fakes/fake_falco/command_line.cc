#include "tests/fakes/fake_falco/command_line.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <optional>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace bench {
namespace {

enum class Meaning { kNone, kVersion, kDryRun, kUnbuffered, kConfig, kOverride, kStats, kInterval };

struct Option {
  absl::string_view name;
  bool takes_value = false;
  Releases releases;
  Meaning meaning = Meaning::kNone;  // accepted, and without effect here
};
constexpr Option kOptions[] = {
    {"--version", false, {}, Meaning::kVersion},
    {"--dry-run", false, {.since = 35}, Meaning::kDryRun},
    {"-U", false, {}, Meaning::kUnbuffered},
    {"--unbuffered", false, {}, Meaning::kUnbuffered},
    {"-c", true, {}, Meaning::kConfig},
    {"-o", true, {}, Meaning::kOverride},
    {"--option", true, {}, Meaning::kOverride},
    {"-s", true, kStatsFile, Meaning::kStats},
    {"--stats_interval", true, {.until = 24}, Meaning::kInterval},
    {"--stats-interval", true, {24, 36}, Meaning::kInterval},
    {"-A", false, {.until = 41}},
    {"-r", true},
    {"-v", false},
    {"-P", true},
    {"--pidfile", true},
    {"-p", true},
    {"--print", true},
    {"-D", true, {.until = 39}},
    {"-T", true, {.until = 39}},
    {"-t", true, {.until = 39}},
    {"-k", true, {.until = 37}},
    {"--k8s-api", true, {.until = 37}},
    {"-K", true, {.until = 37}},
    {"--k8s-api-cert", true, {.until = 37}},
    {"--k8s-node", true, {30, 37}},
    {"--cri", true, {.until = 40}},
    {"--disable-cri-async", false, {.until = 40}},
    {"--disable-source", true},
    {"--enable-source", true, {.since = 32}},
    {"--modern-bpf", false, {33, 38}},
};
// Before, the options were read by getopt.
constexpr Releases kOptionsByCxxopts = {.since = 31};

absl::Status Unknown(const FakeRelease& release, const std::string& option) {
  if (release.Is(kOptionsByCxxopts)) {
    return absl::InvalidArgumentError(absl::StrCat("Error: Option '", option, "' does not exist"));
  }
  if (absl::StartsWith(option, "--")) {
    return absl::InvalidArgumentError(absl::StrCat("falco: unrecognized option '", option, "'"));
  }
  return absl::InvalidArgumentError(
      absl::StrCat("falco: invalid option -- '", option.substr(1, 1), "'"));
}

absl::Status Apply(Meaning meaning, const std::string& value, FakeCommandLine* line) {
  switch (meaning) {
    case Meaning::kNone:
      break;
    case Meaning::kVersion:
      line->version = true;
      break;
    case Meaning::kDryRun:
      line->dry_run = true;
      break;
    case Meaning::kUnbuffered:
      line->unbuffered = true;
      break;
    case Meaning::kConfig:
      line->config_file = value;
      break;
    case Meaning::kOverride:
      line->overrides.push_back(value);
      break;
    case Meaning::kStats:
      line->stats_file = value;
      break;
    case Meaning::kInterval: {
      int64_t milliseconds = 0;
      if (!absl::SimpleAtoi(value, &milliseconds) || milliseconds <= 0) {
        return absl::InvalidArgumentError("Error: invalid statistics interval");
      }
      line->stats_interval = absl::Milliseconds(milliseconds);
      break;
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<FakeCommandLine> ParseFakeCommandLine(const FakeRelease& release,
                                                     const std::vector<std::string>& arguments) {
  FakeCommandLine line;
  for (size_t i = 0; i < arguments.size(); ++i) {
    std::string name = arguments[i];
    std::optional<std::string> value;
    const size_t equals = name.find('=');
    if (absl::StartsWith(name, "--") && equals != std::string::npos) {
      value = name.substr(equals + 1);
      name.resize(equals);
    }
    const Option* option = std::find_if(
        std::begin(kOptions), std::end(kOptions),
        [&](const Option& known) { return known.name == name && release.Is(known.releases); });
    if (option == std::end(kOptions)) return Unknown(release, name);
    if (option->takes_value && !value) {
      if (i + 1 == arguments.size()) {
        return absl::InvalidArgumentError(
            absl::StrCat("Error: Option '", name, "' is missing an argument"));
      }
      value = arguments[++i];
    }
    absl::Status applied = Apply(option->meaning, value.value_or(""), &line);
    if (!applied.ok()) return applied;
  }
  return line;
}

}  // namespace bench
