#include "worker/load/canary_schedule.h"

#include <algorithm>
#include <limits>

namespace bench {

CanarySchedule::CanarySchedule(double per_sec, uint64_t seed)
    : mean_ns_(per_sec > 0 ? 1e9 / per_sec : 0),
      state_(seed),
      next_ns_(std::numeric_limits<int64_t>::max()) {
  if (mean_ns_ > 0) next_ns_ = static_cast<int64_t>(Uniform() * mean_ns_);
}

void CanarySchedule::Advance(int64_t elapsed_ns) {
  if (mean_ns_ == 0) return;
  next_ns_ = std::max(next_ns_ + static_cast<int64_t>((0.5 + Uniform()) * mean_ns_),
                      elapsed_ns + static_cast<int64_t>(0.5 * mean_ns_));
}

// splitmix64 (Steele, Lea, Flood 2014): any seed will do, and it needs no memory of its own.
double CanarySchedule::Uniform() {
  uint64_t z = (state_ += 0x9e3779b97f4a7c15);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  z ^= z >> 31;
  return static_cast<double>(z >> 11) * 0x1.0p-53;
}

}  // namespace bench
