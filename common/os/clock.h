#pragma once

#include "absl/time/time.h"

namespace bench {

// The only door to time outside pure folders (those get it as an argument). Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual absl::Time Now() = 0;            // wall clock: for records only
  virtual absl::Duration Monotonic() = 0;  // since boot, never goes back: for intervals
  virtual void Sleep(absl::Duration duration) = 0;
};

// Process-wide, never destroyed.
Clock& RealClock();

}  // namespace bench
