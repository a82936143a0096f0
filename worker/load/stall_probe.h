// Tells when the host itself stood still: one thread a CPU (real-time where allowed) wakes every
// few milliseconds and notes how late it was let run. Each thread measures what it costs and wakes
// as often as half a percent of its CPU allows, at most every millisecond.
#pragma once

#include <memory>

#include "absl/time/time.h"

namespace bench {

struct StallReading {
  absl::Duration max_stall;  // longest lateness on any CPU since the last Reset
  absl::Duration period;     // between two wake-ups, the longest of any CPU: shorter stalls can
                             // go unseen
  bool real_time = false;    // without it, lateness may be the scheduler's choice
};

// Watches the CPUs that this process may run on. Thread-safe.
class StallProbe {
 public:
  StallProbe();  // starts the threads
  ~StallProbe();
  // A stall that began before counts from here on only.
  void Reset();
  // Includes a stall that still lasts.
  StallReading Read() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace bench
