#include "worker/falco/falco_ring.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace bench {
namespace {

// 0 where it is no number.
void Set(const MergedConfig& merged, const std::string& key, int* value) {
  const auto found = merged.scalars.find(key);
  if (found != merged.scalars.end() && !absl::SimpleAtoi(found->second, value)) *value = 0;
}

}  // namespace

int64_t RingBytesOfPreset(int preset) {
  constexpr int kPresets = 10;
  if (preset < 1 || preset > kPresets) return 0;
  return int64_t{1} << (20 + preset - 1);
}

RingConfig ConfiguredRing(const MergedConfig& merged, const std::string& driver,
                          const FalcoVersion& version) {
  int preset = 4;
  RingConfig ring;
  // 0.37 knew both.
  if (!version.AtLeast(0, 38)) {
    Set(merged, "syscall_buf_size_preset", &preset);
    Set(merged, "modern_bpf.cpus_for_each_syscall_buffer", &ring.cpus_per_ring);
  }
  if (version.AtLeast(0, 37)) {
    Set(merged, absl::StrCat("engine.", driver, ".buf_size_preset"), &preset);
    Set(merged, absl::StrCat("engine.", driver, ".cpus_for_each_buffer"), &ring.cpus_per_ring);
  }
  ring.ring_bytes = RingBytesOfPreset(preset);
  if (HasRingPerCpu(driver)) ring.cpus_per_ring = 1;
  return ring;
}

RingConfig FalcoRing(const FalcoOptions& options, const FalcoVersion& version,
                     const absl::StatusOr<MergedConfig>& merged) {
  RingConfig ring;
  if (merged.ok()) ring = ConfiguredRing(*merged, options.driver, version);
  if (!merged.ok()) ring.ring_bytes = 0;
  if (options.buf_size_preset) ring.ring_bytes = RingBytesOfPreset(*options.buf_size_preset);
  if (options.cpus_per_buffer) ring.cpus_per_ring = *options.cpus_per_buffer;
  if (HasRingPerCpu(options.driver)) ring.cpus_per_ring = 1;
  return ring;
}

}  // namespace bench
