// How Falco is started for a measurement: the host's own configuration plus exactly the overrides
// that its release knows. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/settings/sensor_settings.h"
#include "worker/falco/falco_version.h"

namespace bench {

struct FalcoOptions {
  std::string binary = "/usr/bin/falco";
  std::string config = "/etc/falco/falco.yaml";
  std::string driver = std::string(kDefaultDriver);
  // Unset or empty: as the configuration has it.
  std::optional<int> buf_size_preset;  // of the driver; 1 (1 MB a ring) to 10 (512 MB)
  std::optional<int> cpus_per_buffer;  // of modern_ebpf; 0: one ring for all CPUs
  std::vector<std::string> rules;      // files, instead of the configured ones
  std::optional<BaseSyscalls> base_syscalls;
  // The host's JSON alerts would not tell whose they are (FalcoConfig::json_tells_whose): they get
  // their output back.
  bool alerts_lack_output = false;
};

// Whether the driver has a ring for each CPU, rather than one that some CPUs share.
bool HasRingPerCpu(absl::string_view driver);

// FAILED_PRECONDITION where the release doesn't know what `options` ask for; lists the drivers that
// it does.
absl::Status CheckFalcoKnows(const FalcoOptions& options, const FalcoVersion& version);

// The command line, argv[0] first. Falco silently ignores an override that it doesn't know, so each
// stands in a table with the releases that do.
//
// Three traps. Falco's metrics timer is a signal that interrupts the loading of its probe: where
// one program takes longer to load than the interval (300 ms was too short on two busy cores
// without any limit, 400 ms would do), Falco gives up and ends. Releases 0.38 to 0.40 let the files
// of `config_files` win over `-o`: there a host whose config.d sets metrics or outputs gets its own
// way. And stdout is written unbuffered (-U), one write(2) an alert: buffered, the kernel's 4 KiB
// block holds an alert back until three or four have gathered, which at the canary's 10 Hz is a lag
// of 0.3 s that Falco doesn't have. Before 0.44 `buffered_outputs: false` was ignored, so -U is the
// one way that holds in all releases.
std::vector<std::string> FalcoCommandLine(const FalcoOptions& options, const FalcoVersion& version,
                                          const std::string& counter_file,
                                          absl::Duration metrics_interval);

// Whether a measurement sets this key, whatever the cell and where the release knows it, or
// switches off the section that it is of: what the host's configuration has there is without
// effect.
bool OverridesKey(absl::string_view key);

// Whether this release writes the counters of its command line as `-s` statistics (see
// stats_line.h), not as snapshots.
bool CountersByStats(const FalcoVersion& version);

// What to try when Falco ended at its start with these last words; empty where they say it all.
std::string FalcoStartHint(absl::string_view last_words);

}  // namespace bench
