#pragma once

#include <cstdint>

namespace bench {

// What CFS throttling alone can add to an alert's lag, ms: a sensor that has used its quota waits
// for the rest of the 100 ms period. 0 without a limit, or with one of a core or more, which a
// single busy thread can't use up.
inline double ThrottleAllowanceMs(int32_t cpu_millis) {
  constexpr double kPeriodMs = 100;
  if (cpu_millis <= 0 || cpu_millis >= 1000) return 0;
  return kPeriodMs * (1 - cpu_millis / 1000.0);
}

}  // namespace bench
