// When the next canary is due. Pure. Not thread-safe.
#pragma once

#include <cstdint>

namespace bench {

// Intervals are uniform between half and one and a half of the mean: a fixed period would lock to
// the 100 ms period of the sensor's CPU limit, and see always the same part of it.
class CanarySchedule {
 public:
  // 0 per second: never. The first comes within the first mean interval.
  CanarySchedule(double per_sec, uint64_t seed);

  int64_t next_ns() const { return next_ns_; }  // since the load's start
  // After a canary at `elapsed_ns`. One that came late is not followed by a burst.
  void Advance(int64_t elapsed_ns);

 private:
  double Uniform();  // [0, 1)

  const double mean_ns_;  // 0 = never
  uint64_t state_;
  int64_t next_ns_;
};

}  // namespace bench
