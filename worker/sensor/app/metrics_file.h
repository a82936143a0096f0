// Appends snapshots of the sensor's counters to a file.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/os/files.h"
#include "worker/sensor/capture/probe.h"
#include "worker/sensor/output/metrics_format.h"
#include "worker/sensor/rules/engine.h"
#include "worker/sensor/state/thread_table.h"

namespace bench::sensor {

// Not thread-safe.
class MetricsFile {
 public:
  // Creates the file if need be, never truncates it. An empty path writes nothing.
  static absl::StatusOr<MetricsFile> Open(const std::string& path, MetricsIdentity identity);

  // Takes a snapshot and writes its line. An error says what could not be read or written; the next
  // call may succeed.
  absl::Status Write(const Probe& probe, const RuleEngine& engine, const ThreadTable& threads,
                     int64_t processed_events, int64_t now_monotonic_ns);
  const MetricsSnapshot& last() const { return last_; }

 private:
  std::string path_;
  UniqueFd file_;
  UniqueFd statm_;  // kept open: ten readings a second
  MetricsIdentity identity_;
  int64_t start_monotonic_ns_ = 0;
  MetricsSnapshot last_;
};

// What this host and this start are.
MetricsIdentity IdentifySelf(int64_t start_wall_ns, int64_t boot_wall_ns);

}  // namespace bench::sensor
