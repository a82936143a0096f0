// The kernel side, loaded: programs attached, ring buffers made, counters readable.
#pragma once

#include <array>
#include <cstdint>
#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "worker/sensor/bpf/event.h"
#include "worker/sensor/capture/ring_set.h"

namespace bench::sensor {

// Falco's buf_size_preset: 1 = 1 MiB, each next one twice that, up to 10 = 512 MiB.
inline constexpr int kMinBufferPreset = 1;
inline constexpr int kMaxBufferPreset = 10;
constexpr int64_t RingBytesOfPreset(int preset) {
  return int64_t{1} << (20 + preset - 1);
}

struct ProbeOptions {
  int64_t ring_bytes = RingBytesOfPreset(4);
  int cpus_per_ring = 2;
};

// The sum over all CPUs, since the probe was attached.
struct KernelCounters {
  uint64_t events = 0;  // dropped ones included
  uint64_t buffer_drops_total = 0;
  std::array<uint64_t, BENCH_CLASSES> buffer_drops = {};  // by enum bench_class
};

// Owns the programs, maps and rings; the destructor detaches and frees them (the kernel does so too
// when the process dies). Not thread-safe.
class Probe {
 public:
  // Errors say what is missing (rights, BTF, memory) and what to do about it.
  static absl::StatusOr<std::unique_ptr<Probe>> Load(const ProbeOptions& options);
  ~Probe();

  // Capturing begins here.
  absl::Status Attach();
  RingSet& rings() { return *rings_; }
  absl::StatusOr<KernelCounters> ReadCounters() const;

 private:
  struct Handles;  // of libbpf
  explicit Probe(std::unique_ptr<Handles> handles);
  std::unique_ptr<Handles> handles_;
  std::unique_ptr<RingSet> rings_;
};

}  // namespace bench::sensor
