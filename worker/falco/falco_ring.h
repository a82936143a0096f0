#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "worker/falco/falco_plan.h"
#include "worker/falco/falco_version.h"
#include "worker/falco/merged_config.h"

namespace bench {

// The ring buffers between the kernel and a sensor; Falco's own defaults.
struct RingConfig {
  int64_t ring_bytes = int64_t{8} << 20;  // of one ring; 0 = unknown
  int cpus_per_ring = 2;                  // 0 = one ring for all CPUs
};

// Falco's buf_size_preset, 1 (1 MB) to 10 (512 MB), in bytes; 0 for what is none.
int64_t RingBytesOfPreset(int preset);

// What a Falco of this release and configuration uses with this driver.
RingConfig ConfiguredRing(const MergedConfig& merged, const std::string& driver,
                          const FalcoVersion& version);

// What one that we start will use: what `options` ask for, else what is configured. Unknown where
// the configuration can't be read: Falco itself will say what is wrong with it.
RingConfig FalcoRing(const FalcoOptions& options, const FalcoVersion& version,
                     const absl::StatusOr<MergedConfig>& merged);

}  // namespace bench
