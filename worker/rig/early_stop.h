// When a trial can only be bad any more. Pure.
#pragma once

#include <cstdint>
#include <optional>

#include "worker/search/measurement.h"

namespace bench {

// More drops than the whole trial may have, lost for some time and not in one moment; or alerts
// that stay very late. What a burst of foreign events did is told only by what comes after it, so
// no trial ends within its first seconds, nor by what was lost at once.
class EarlyStop {
 public:
  // `max_drops` in all; < 0: never stops.
  explicit EarlyStop(double max_drops) : max_drops_(max_drops) {}

  void Saw(const TrialSample& sample);
  bool Hopeless() const;

 private:
  const double max_drops_;
  absl::Duration now_;
  int64_t drops_ = 0;
  std::optional<absl::Duration> first_loss_;
  absl::Duration last_loss_;
  int late_samples_ = 0;  // in a row
};

}  // namespace bench
