// Turns alerts' delays into a trial's lag signal. Pure: times come in as arguments.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "absl/time/time.h"
#include "worker/search/measurement.h"

namespace bench {

// Not thread-safe.
class LagTracker {
 public:
  // `late_threshold_ms`: an alert later than this counts as late.
  LagTracker(absl::Time load_start, double late_threshold_ms);

  void Add(absl::Time event_time, absl::Time received_at);

  // Median of the delays added since the last call, ms; < 0 if none. For samples and live views.
  double TakeRecentMedianMs();

  // Over the events of [load start + a quarter of `load_duration`, load start + load_duration]:
  // the first quarter shows the ring filling up, not the rate. An alert counts where its event
  // happened, however late it came.
  LagSummary Summarize(absl::Duration load_duration) const;

 private:
  const absl::Time load_start_;
  const double late_threshold_ms_;
  struct Delay {
    float at_ms;  // of the event, since the load's start
    float lag_ms;
  };
  std::vector<Delay> delays_;
  std::vector<double> recent_;
};

}  // namespace bench
