#pragma once

#include <cstdint>
#include <string>

#include "absl/time/time.h"

namespace bench {

// What the fake does, from its environment. All times but `lag` and `reload_gap` count from its
// start; zero = never.
struct FakeFalcoScript {
  std::string version = "0.44.1";  // FAKE_FALCO_VERSION
  bool version_hangs = false;      // FAKE_FALCO_VERSION_HANGS=1
  // FAKE_FALCO_DIE: these last words, then FAKE_FALCO_EXIT_CODE; at its start, before any capture,
  // or FAKE_FALCO_DIE_AFTER_MS, with or without words.
  std::string die;
  int exit_code = 1;
  absl::Duration die_after;
  bool hang = false;             // FAKE_FALCO_HANG=1: never captures
  absl::Duration hang_after;     // FAKE_FALCO_HANG_AFTER_MS: no counters and no alerts from then on
  bool ignore_sigterm = false;   // FAKE_FALCO_IGNORE_SIGTERM=1
  int64_t memory_mb = 0;         // FAKE_FALCO_MEMORY_MB: held, all of it touched, while it captures
  double events_per_sec = 1000;  // FAKE_FALCO_EVENTS_PER_SEC, in the kernel's counter
  double drops_per_sec = 0;      // FAKE_FALCO_DROPS_PER_SEC, of these
  absl::Duration event_every;    // FAKE_FALCO_EVENT_EVERY_MS: counters are written only then
  double alerts_per_sec = 0;     // FAKE_FALCO_ALERTS_PER_SEC
  std::string marker;            // FAKE_FALCO_MARKER: in every second alert
  absl::Duration lag;            // FAKE_FALCO_LAG_MS: an alert's event is so old when it is sent
  bool noise = false;            // FAKE_FALCO_NOISE=1: internal alerts and garbage on stdout
  bool partial_lines = false;    // FAKE_FALCO_PARTIAL_LINES=1: a snapshot in two writes
  absl::Duration reload_after;   // FAKE_FALCO_RELOAD_AFTER_MS: once, as if by SIGHUP
  // FAKE_FALCO_RELOAD_GAP_MS: without any capture at a reload; Falco's own is some 2.4 s.
  absl::Duration reload_gap = absl::Milliseconds(300);
  absl::Duration truncate_after;  // FAKE_FALCO_TRUNCATE_AFTER_MS: the counter file
  absl::Duration rotate_after;    // FAKE_FALCO_ROTATE_AFTER_MS: it becomes another file
};

FakeFalcoScript ScriptFromEnvironment();

}  // namespace bench
