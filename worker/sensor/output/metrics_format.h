// Snapshots of the sensor's counters, as Falco writes them to metrics.output_file. Pure.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "worker/sensor/bpf/event.h"
#include "worker/sensor/rules/engine.h"

namespace bench::sensor {

// What stays the same from line to line.
struct MetricsIdentity {
  std::string hostname;
  std::string version;
  std::string kernel_release;
  int host_cpus = 0;
  int64_t host_boot_ns = 0;  // wall clock
  int64_t start_ns = 0;      // of the process, wall clock
  int64_t reload_ns = 0;     // of the capture, wall clock
};

struct MetricsSnapshot {
  int64_t sample = 0;          // counts lines, from 1
  int64_t time_ns = 0;         // wall clock
  int64_t since_start_ns = 0;  // monotonic
  uint64_t kernel_events = 0;  // dropped ones included
  uint64_t buffer_drops_total = 0;
  std::array<uint64_t, BENCH_CLASSES> buffer_drops = {};
  int64_t processed_events = 0;
  double memory_rss_mb = 0;
  double cpu_usage_percent = 0;  // of one CPU, over the process's life, as Falco's
  int64_t threads = 0;           // entries of the thread table
  int64_t fds = 0;
  int64_t fds_added = 0;
  int64_t fds_removed = 0;
};

// "Read sensitive file untrusted" -> "falco.rules.Read_sensitive_file_untrusted"
std::string RuleCounterKey(absl::string_view rule_name);

// Appends one line of JSON with its newline. `previous` is the snapshot before (all zero for the
// first), for rates. Rules that never matched are left out, as Falco leaves them out.
void AppendMetrics(const MetricsIdentity& identity, const MetricsSnapshot& previous,
                   const MetricsSnapshot& now, const std::vector<Rule>& rules,
                   const std::vector<int64_t>& match_counts, int64_t matches_total,
                   std::string& out);

}  // namespace bench::sensor
