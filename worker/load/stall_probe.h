// Tells when the host itself stood still: one thread a CPU (real-time where allowed) wakes every
// millisecond and notes how late it was let run. Costs well under 1% of a core.
#pragma once

#include <memory>

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace bench {

struct StallReading {
  absl::Duration max_stall;    // longest lateness on any CPU since the last Reset
  absl::Duration total_stall;  // of latenesses above 5 ms, summed over the CPUs
  bool real_time = false;      // without it, lateness may be the scheduler's choice
};

// Thread-safe.
class StallProbe {
 public:
  StallProbe();  // starts the threads
  ~StallProbe();
  void Reset();
  StallReading Read() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace bench
