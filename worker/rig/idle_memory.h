// How much a sensor's own memory has grown beyond what it is when nothing waits in it. Pure.
#pragma once

#include <cstdint>

#include "worker/search/measurement.h"

namespace bench {

// An allocator keeps what a queue once took: measured from its own start, a second trial that
// queues as much grows by nothing. So growth is measured from the last idle moment before any trial
// had late alerts. Until then the level follows the sensor's tables, which grow as it warms up.
//
// Not thread-safe.
class IdleMemory {
 public:
  // The sensor's resident memory while no load runs, 0 = not known. Another process begins anew.
  void Idle(int64_t pid, int64_t resident_bytes);
  // What a load showed after it.
  void Loaded(const LagSummary& lag);
  // Since the level, 0 as long as none is known.
  int64_t GrowthTo(int64_t resident_bytes) const;

 private:
  int64_t pid_ = 0;
  int64_t level_bytes_ = 0;
  bool queued_ = false;
};

}  // namespace bench
