#include "tests/fakes/fake_falco/script.h"

#include <cstdlib>

#include "absl/strings/numbers.h"

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

absl::Duration Millis(const char* name, absl::Duration otherwise = absl::ZeroDuration()) {
  return absl::Milliseconds(Number(name, absl::ToDoubleMilliseconds(otherwise)));
}

}  // namespace

FakeFalcoScript ScriptFromEnvironment() {
  FakeFalcoScript script;
  script.version = Text("FAKE_FALCO_VERSION", script.version);
  script.version_hangs = Flag("FAKE_FALCO_VERSION_HANGS");
  script.die = Text("FAKE_FALCO_DIE");
  script.exit_code = static_cast<int>(Number("FAKE_FALCO_EXIT_CODE", script.exit_code));
  script.die_after = Millis("FAKE_FALCO_DIE_AFTER_MS");
  script.hang = Flag("FAKE_FALCO_HANG");
  script.hang_after = Millis("FAKE_FALCO_HANG_AFTER_MS");
  script.ignore_sigterm = Flag("FAKE_FALCO_IGNORE_SIGTERM");
  script.memory_mb = static_cast<int64_t>(Number("FAKE_FALCO_MEMORY_MB"));
  script.events_per_sec = Number("FAKE_FALCO_EVENTS_PER_SEC", script.events_per_sec);
  script.drops_per_sec = Number("FAKE_FALCO_DROPS_PER_SEC");
  script.event_every = Millis("FAKE_FALCO_EVENT_EVERY_MS");
  script.alerts_per_sec = Number("FAKE_FALCO_ALERTS_PER_SEC");
  script.marker = Text("FAKE_FALCO_MARKER");
  script.lag = Millis("FAKE_FALCO_LAG_MS");
  script.noise = Flag("FAKE_FALCO_NOISE");
  script.partial_lines = Flag("FAKE_FALCO_PARTIAL_LINES");
  script.reload_after = Millis("FAKE_FALCO_RELOAD_AFTER_MS");
  script.reload_gap = Millis("FAKE_FALCO_RELOAD_GAP_MS", script.reload_gap);
  script.truncate_after = Millis("FAKE_FALCO_TRUNCATE_AFTER_MS");
  script.rotate_after = Millis("FAKE_FALCO_ROTATE_AFTER_MS");
  return script;
}

}  // namespace bench
