#include "worker/rig/drain.h"

#include <algorithm>

#include "worker/rig/ring_fill.h"

namespace bench {
namespace {

// But for a few events.
bool WorkedOff(const CounterReading& before, const CounterReading& now) {
  const int64_t seen = now.kernel_events - before.kernel_events;
  return WaitingEvents(before, now) <= std::max<int64_t>(200, seen / 200);
}

}  // namespace

Drain::Drain(const CounterReading& before, bool tells_alerts, int64_t own_alerts,
             absl::Duration load_ended)
    : before_(before),
      tells_alerts_(tells_alerts),
      own_alerts_(own_alerts),
      last_alert_(load_ended) {}

void Drain::SawCounters(const CounterReading& now) {
  events_done_ = !now.tells_processed || WorkedOff(before_, now);
}

void Drain::SawAlerts(int64_t own_alerts, absl::Duration now) {
  if (own_alerts == own_alerts_) return;
  own_alerts_ = own_alerts;
  last_alert_ = now;
}

bool Drain::Done(absl::Duration now) const {
  return events_done_ && (!tells_alerts_ || now - last_alert_ >= kQuiet);
}

}  // namespace bench
