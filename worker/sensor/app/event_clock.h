// The clocks that the sensor reads.
#pragma once

#include <cstdint>

namespace bench::sensor {

int64_t MonotonicNs();
int64_t WallNs();

// Turns the kernel's event times (since boot) into wall-clock times. Not thread-safe.
class EventClock {
 public:
  EventClock() { Refresh(); }
  // Measures the offset anew: the wall clock is slewed and set while we run.
  void Refresh();
  int64_t WallOf(uint64_t boot_ns) const { return static_cast<int64_t>(boot_ns) + offset_ns_; }
  int64_t boot_wall_ns() const { return offset_ns_; }  // when the host came up

 private:
  int64_t offset_ns_ = 0;
};

}  // namespace bench::sensor
