// Reads the statistics that Falco before 0.36 appends to the file of `-s FILE`, a line a sample.
// Until 0.32, with the trailing comma, and "KEY": "VALUE" before "cur" for environment variables
// FALCO_STATS_EXTRA_KEY:
//   {"sample": 7, "cur": {"events": E, "drops": D, "preemptions": P}, "delta": {…}, "drop_pct": X},
// 0.33 and 0.34, with more members beside "syscall" for other event sources:
//   {"sample":7,"syscall":{"cur":{"events":E,"drops":D,"preemptions":P,…},"delta":{…}}}
// 0.35: the snapshots of counter_line.h.
#pragma once

#include <optional>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "worker/falco/sensor.h"

namespace bench {

// What the line tells, cumulative since the capture began (scap_stats of falcosecurity/libs):
//   events       n_evts: what the driver saw, dropped ones included; but the experimental
//                modern_ebpf of 0.34 leaves dropped ones out
//   drops        n_drops: mostly for a full ring, but page faults and the like are in it too, not
//                told apart: all of it is kernel_drops
//   preemptions  events that the kernel module gave up and did not count as drops: other_drops
// It tells neither processed events nor rule matches, and has no time: `at` (when the line was
// received) becomes the reading's. A snapshot of 0.35 has its own time and tells its own.
// It identifies no capture either (start_ts, reload_ts): that one ended shows in counters that go
// back.
//
// nullopt: nothing about syscalls (an empty line, a bracket, plugins alone). INVALID_ARGUMENT: no
// statistics, or a line cut short. `received_at` is the caller's to set. Pure; at most 1 ms.
absl::StatusOr<std::optional<CounterReading>> ParseStatsLine(absl::string_view line, absl::Time at);

}  // namespace bench
