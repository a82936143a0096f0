// Reads the page that Falco >= 0.38 serves at /metrics.
#pragma once

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "worker/falco/sensor.h"

namespace bench {

// The counters of the event source "syscall"; `at` is when the page was asked for. HTTP headers
// before it, unknown metrics and what is no sample are passed over; of a sample that stands there
// twice the last counts; one that is missing is zero.
//   kernel_events, kernel_drops, other_drops  as in the metrics snapshots. Since 0.39 the page has
//       no total of full-ring drops, only one for each of some kinds of syscalls: so kernel_drops
//       are all drops less those of another cause.
//   processed_events, sample  not told
//   rule_matches, matches_by_rule  of the rules for syscalls, under the keys of the snapshots.
//       Since 0.39 rules without a match are left out: a page without any rule tells zeros, even if
//       that is for metrics.rules_counters_enabled=false.
//   start_ts, reload_ts  the latter since 0.41; before, a reload shows in counters that go back
// 0.38 names falcosecurity_falco_… what is falcosecurity_scap_… since. Until 0.40 plugins have
// event counters of the same name on the page; those are told apart.
//
// INVALID_ARGUMENT: which counters are missing, and the setting that brings them. The caller sees
// to it that the page arrived whole, and sets `received_at`. Pure; a millisecond or less.
absl::StatusOr<CounterReading> ParsePrometheusPage(absl::string_view page, absl::Time at);

}  // namespace bench
