// Which of a sensor's rule matches are the load's, where no alert is delivered that would say so.
// Pure.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "worker/falco/sensor.h"

namespace bench {

// Learns from an idle look and from calibration which rules the load matches; other programs match
// others, or the same ones at their own pace. Not thread-safe.
class OwnMatches {
 public:
  // Between these readings nothing ran but `probes` runs of the canary, each of which matches what
  // it matches once. Forgets what was known.
  void SawIdle(const CounterReading& before, const CounterReading& after, int64_t probes);
  // So many runs of one action: a rule that matched half as often or more is the load's.
  void SawAction(const CounterReading& before, const CounterReading& after, int64_t runs);

  // Matches of the load's rules between these readings, less those of the idle host in that time.
  // 0 where the counters started over, or there are none.
  int64_t Between(const CounterReading& before, const CounterReading& after) const;

 private:
  std::map<std::string, double> idle_per_sec_;
  std::set<std::string> own_;
};

}  // namespace bench
