#include "worker/rig/ring_fill.h"

#include <algorithm>

namespace bench {
namespace {

// Fewer may be drops of one burst, or of a ring that the load doesn't feed.
constexpr double kDroppedWhenFull = 0.02;

}  // namespace

int64_t WaitingEvents(const CounterReading& before, const CounterReading& now) {
  const int64_t delivered = (now.kernel_events - before.kernel_events) -
                            (now.kernel_drops - before.kernel_drops) -
                            (now.other_drops - before.other_drops);
  return delivered - (now.processed_events - before.processed_events);
}

void RingFill::Saw(const CounterReading& now) {
  const int64_t events = now.kernel_events - last_.kernel_events;
  const int64_t drops = now.kernel_drops - last_.kernel_drops;
  last_ = now;
  if (!now.tells_processed || events <= 0) return;
  if (static_cast<double>(drops) < kDroppedWhenFull * static_cast<double>(events)) return;
  full_events_ = std::max(full_events_, WaitingEvents(before_, now));
}

}  // namespace bench
