#include "tests/fakes/fake_falco/script.h"

#include <cstdlib>
#include <map>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "common/os/files.h"

namespace bench {
namespace {

std::string Text(const char* name, const std::string& otherwise = "") {
  const char* value = std::getenv(name);
  return value == nullptr ? otherwise : value;
}

bool Flag(const char* name) {
  return Text(name) == "1";
}

double Number(const char* name, double otherwise = 0) {
  double value = 0;
  return absl::SimpleAtod(Text(name), &value) ? value : otherwise;
}

absl::Duration Millis(const char* name) {
  return absl::Milliseconds(Number(name));
}

absl::StatusOr<FakeFalcoCommandLine> FromOverrides(
    const std::map<std::string, std::string>& overrides, FakeFalcoCommandLine line) {
  auto value = [&overrides](const std::string& key) {
    auto found = overrides.find(key);
    return found == overrides.end() ? std::string() : found->second;
  };
  line.json_output = value("json_output") == "true";
  if (value("metrics.enabled") == "true") line.metrics_file = value("metrics.output_file");
  if (!line.metrics_file.empty() &&
      !absl::ParseDuration(value("metrics.interval"), &line.metrics_interval)) {
    return absl::InvalidArgumentError("Error: wrong metrics.interval");
  }
  return line;
}

}  // namespace

FakeFalcoScript ScriptFromEnvironment() {
  FakeFalcoScript script;
  script.version = Text("FAKE_FALCO_VERSION", script.version);
  script.version_hangs = Flag("FAKE_FALCO_VERSION_HANGS");
  script.die = Text("FAKE_FALCO_DIE");
  script.hang = Flag("FAKE_FALCO_HANG");
  script.ignore_sigterm = Flag("FAKE_FALCO_IGNORE_SIGTERM");
  script.events_per_sec = Number("FAKE_FALCO_EVENTS_PER_SEC", script.events_per_sec);
  script.drops_per_sec = Number("FAKE_FALCO_DROPS_PER_SEC");
  script.event_every = Millis("FAKE_FALCO_EVENT_EVERY_MS");
  script.alerts_per_sec = Number("FAKE_FALCO_ALERTS_PER_SEC");
  script.marker = Text("FAKE_FALCO_MARKER");
  script.noise = Flag("FAKE_FALCO_NOISE");
  script.partial_lines = Flag("FAKE_FALCO_PARTIAL_LINES");
  script.reload_after = Millis("FAKE_FALCO_RELOAD_AFTER_MS");
  script.truncate_after = Millis("FAKE_FALCO_TRUNCATE_AFTER_MS");
  script.rotate_after = Millis("FAKE_FALCO_ROTATE_AFTER_MS");
  return script;
}

absl::StatusOr<FakeFalcoCommandLine> ParseFakeFalcoCommandLine(
    const std::vector<std::string>& arguments) {
  FakeFalcoCommandLine line;
  std::map<std::string, std::string> overrides;
  for (size_t i = 0; i < arguments.size(); ++i) {
    const std::string& argument = arguments[i];
    if (argument == "--version") {
      line.version = true;
    } else if (argument == "-U") {
      line.unbuffered = true;
    } else if ((argument == "-c" || argument == "-o") && i + 1 < arguments.size()) {
      const std::string& value = arguments[++i];
      if (argument == "-c" && !PathExists(value)) {
        return absl::NotFoundError(
            absl::StrCat("Error: Could not find configuration file at ", value));
      }
      const size_t equals = value.find('=');
      if (argument == "-o" && equals == std::string::npos) {
        return absl::InvalidArgumentError(
            absl::StrCat("Error: Error parsing config option \"", value, "\""));
      }
      if (argument == "-o") overrides[value.substr(0, equals)] = value.substr(equals + 1);
    } else {
      return absl::InvalidArgumentError(
          absl::StrCat("Error: Option '", argument, "' does not exist"));
    }
  }
  return FromOverrides(overrides, std::move(line));
}

}  // namespace bench
