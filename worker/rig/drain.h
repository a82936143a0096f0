// When a sensor is through with a trial. Pure: readings and times come in as arguments.
#pragma once

#include <cstdint>

#include "absl/time/time.h"
#include "worker/falco/sensor.h"

namespace bench {

// Events wait before the sensor's user space, where its counters tell how many; alerts wait behind
// it, in its output queue, where nothing tells how many: that they have stopped coming does.
//
// Not thread-safe.
class Drain {
 public:
  // Longer than an alert waits for a CPU quota of a few percent, which is renewed ten times a
  // second.
  static constexpr absl::Duration kQuiet = absl::Milliseconds(500);

  // `before`: the counters before the load. `tells_alerts`: its alerts are seen as they come; else
  // only the events count. `own_alerts`: those that have come by its end.
  Drain(const CounterReading& before, bool tells_alerts, int64_t own_alerts,
        absl::Duration load_ended);

  void SawCounters(const CounterReading& now);
  void SawAlerts(int64_t own_alerts, absl::Duration now);  // how many have come in all

  // But for a few. A source that doesn't tell how many it processed leaves that to the alerts.
  bool EventsDone() const { return events_done_; }
  bool Done(absl::Duration now) const;

 private:
  CounterReading before_;
  bool tells_alerts_;
  bool events_done_ = false;
  int64_t own_alerts_ = 0;
  absl::Duration last_alert_;
};

}  // namespace bench
