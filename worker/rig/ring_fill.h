// How many events a sensor's rings hold, told by an overloaded sensor. Pure.
#pragma once

#include <cstdint>

#include "worker/falco/sensor.h"

namespace bench {

// Events that the driver kept and user space has not processed wait in the rings; while many are
// dropped, these are full. Counters that are not read at one instant make the reading wrong by what
// is processed in between; rings that are not all full make it too small. So the largest counts.
//
// Not thread-safe.
class RingFill {
 public:
  // The sensor idles at `before`: nothing waits.
  explicit RingFill(const CounterReading& before) : before_(before), last_(before) {}

  void Saw(const CounterReading& now);  // in the order of their time; the same again says nothing

  // 0: no reading was of full rings, or the source doesn't tell how many events were processed.
  int64_t full_events() const { return full_events_; }

 private:
  CounterReading before_;
  CounterReading last_;
  int64_t full_events_ = 0;
};

// Events handed to user space and not yet processed, of those since `before`. Needs
// tells_processed.
int64_t WaitingEvents(const CounterReading& before, const CounterReading& now);

}  // namespace bench
