#pragma once

#include <cstdint>
#include <string>

#include "worker/falco/falco_plan.h"

namespace bench {

// The ring buffers between the kernel and a sensor; Falco's own defaults.
struct RingConfig {
  int64_t ring_bytes = int64_t{8} << 20;  // of one ring; 0 = unknown
  int cpus_per_ring = 2;                  // 0 = one ring for all CPUs
};

// Falco's buf_size_preset, 1 (1 MB) to 10 (512 MB), in bytes; 0 for what is none.
int64_t RingBytesOfPreset(int preset);

// What Falco will use: what `options` ask for, else what the configuration says (the files of its
// `config_files` included, as Falco merges them), else the default. Unknown where a file that is
// there can't be read: Falco itself will say what is wrong with it.
RingConfig FalcoRing(const FalcoOptions& options);

}  // namespace bench
