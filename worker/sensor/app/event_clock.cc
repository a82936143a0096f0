#include "worker/sensor/app/event_clock.h"

#include <cstdint>
#include <ctime>

namespace bench::sensor {
namespace {

constexpr int kTries = 5;

int64_t Read(clockid_t clock) {
  timespec now = {};
  clock_gettime(clock, &now);
  return int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

}  // namespace

int64_t MonotonicNs() {
  return Read(CLOCK_MONOTONIC);
}
int64_t WallNs() {
  return Read(CLOCK_REALTIME);
}

void EventClock::Refresh() {
  // We may lose the CPU between two readings: the tightest pair of several counts.
  int64_t tightest = INT64_MAX;
  for (int i = 0; i < kTries; ++i) {
    const int64_t before = Read(CLOCK_BOOTTIME);
    const int64_t wall = Read(CLOCK_REALTIME);
    const int64_t after = Read(CLOCK_BOOTTIME);
    if (after - before >= tightest) continue;
    tightest = after - before;
    offset_ns_ = wall - (before + (after - before) / 2);
  }
}

}  // namespace bench::sensor
