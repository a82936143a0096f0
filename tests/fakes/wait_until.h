// Waits for what another thread or process does.
#pragma once

#include "absl/functional/function_ref.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace bench {

// Asks at each `interval` until it is so; false after `timeout`, which nobody waits for where all
// is well.
inline bool WaitUntil(absl::FunctionRef<bool()> condition,
                      absl::Duration timeout = absl::Seconds(30),
                      absl::Duration interval = absl::Milliseconds(5)) {
  const absl::Time deadline = absl::Now() + timeout;
  while (!condition()) {
    if (absl::Now() > deadline) return false;
    absl::SleepFor(interval);
  }
  return true;
}

}  // namespace bench
