#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace bench {

// What the fake does, from its environment. All times count from its start; zero = never.
struct FakeFalcoScript {
  std::string version = "0.44.1";  // FAKE_FALCO_VERSION
  bool version_hangs = false;      // FAKE_FALCO_VERSION_HANGS=1
  std::string die;                 // FAKE_FALCO_DIE: these last words, then exit code 1
  bool hang = false;               // FAKE_FALCO_HANG=1: never captures
  bool ignore_sigterm = false;     // FAKE_FALCO_IGNORE_SIGTERM=1
  double events_per_sec = 1000;    // FAKE_FALCO_EVENTS_PER_SEC, in the kernel's counter
  double drops_per_sec = 0;        // FAKE_FALCO_DROPS_PER_SEC, of these
  absl::Duration event_every;      // FAKE_FALCO_EVENT_EVERY_MS: counters are written only then
  double alerts_per_sec = 0;       // FAKE_FALCO_ALERTS_PER_SEC
  std::string marker;              // FAKE_FALCO_MARKER: in every second alert
  bool noise = false;              // FAKE_FALCO_NOISE=1: internal alerts and garbage on stdout
  bool partial_lines = false;      // FAKE_FALCO_PARTIAL_LINES=1: a snapshot in two writes
  absl::Duration reload_after;     // FAKE_FALCO_RELOAD_AFTER_MS: counters start over
  absl::Duration truncate_after;   // FAKE_FALCO_TRUNCATE_AFTER_MS: the metrics file
  absl::Duration rotate_after;     // FAKE_FALCO_ROTATE_AFTER_MS: it becomes another file
};

FakeFalcoScript ScriptFromEnvironment();

// The command line that it understands: -c FILE, -o KEY=VALUE, -U, --version.
struct FakeFalcoCommandLine {
  bool version = false;
  bool unbuffered = false;
  bool json_output = false;
  std::string metrics_file;  // empty: metrics are off
  absl::Duration metrics_interval;
};

// An option that it doesn't know is an error, a key after -o that it doesn't know is not: like
// Falco.
absl::StatusOr<FakeFalcoCommandLine> ParseFakeFalcoCommandLine(
    const std::vector<std::string>& arguments);

}  // namespace bench
