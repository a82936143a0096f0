// How late an alert may be without an overload. Pure.
#pragma once

#include <algorithm>
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

// An alert that took longer is late, ms: by 100 ms beyond what throttling explains, or by two and a
// half times what one in ten took on the idle host (`idle_lag_p90_ms`; 0 = not known yet), where
// that is more.
// A host that delays alerts at idle would else seem overloaded by every load. A lag beyond 300 ms
// at idle is no spread any more, and allows for no more than that.
inline double LateThresholdMs(double throttle_allowance_ms, double idle_lag_p90_ms) {
  constexpr double kLateMs = 100;
  constexpr double kLatestMs = 300;
  constexpr double kIdleSpreads = 2.5;
  const double spread_ms = idle_lag_p90_ms - throttle_allowance_ms;
  return throttle_allowance_ms + std::clamp(kIdleSpreads * spread_ms, kLateMs, kLatestMs);
}

}  // namespace bench
