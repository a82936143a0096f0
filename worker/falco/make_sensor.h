// The sensors that a worker can start.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "worker/falco/falco_files.h"
#include "worker/falco/falco_plan.h"
#include "worker/falco/falco_version.h"
#include "worker/falco/sensor.h"
#include "worker/falco/sensor_facts.h"

namespace bench {

// Runs `falco --version` to know what it can. UNIMPLEMENTED: this release is too old;
// FAILED_PRECONDITION: it doesn't know what `options` ask for. Falco is not
// started yet; that no other runs is for the caller to know.
absl::StatusOr<std::unique_ptr<Sensor>> MakeFalcoSensor(const FalcoOptions& options);

// On this host, of what Falco's options say: 0 CPUs for a ring are all of them.
int CpusPerRing(int configured);

// What a Falco of this version is made of, and the checksums of what it loads. `root`: see
// ReadFilesBelow.
SensorFacts FalcoFacts(const FalcoVersion& version, const FalcoFiles& files,
                       const std::string& root);

struct ReferenceOptions {
  std::string binary;                  // empty: the bench-sensor beside the running executable
  std::optional<int> buf_size_preset;  // as Falco's; unset: 8 MB a ring
  std::optional<int> cpus_per_buffer;  // 1 or more; unset: 2
};

absl::StatusOr<std::unique_ptr<Sensor>> MakeReferenceSensor(const ReferenceOptions& options);

// Pure; for options whose `binary` is set.
std::vector<std::string> ReferenceCommandLine(const ReferenceOptions& options,
                                              const std::string& counter_file,
                                              absl::Duration metrics_interval);

}  // namespace bench
