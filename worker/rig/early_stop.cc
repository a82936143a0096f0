#include "worker/rig/early_stop.h"

namespace bench {
namespace {

// Enough to tell a burst from the load (see FindForeignBursts).
constexpr absl::Duration kEarliest = absl::Milliseconds(3500);
constexpr absl::Duration kLongerThanABurst = absl::Milliseconds(1500);
constexpr double kHopelessLagMs = 1500;
constexpr int kLateSamples = 3;

}  // namespace

void EarlyStop::Saw(const TrialSample& sample) {
  now_ = sample.at;
  if (sample.drops > drops_) {
    if (!first_loss_) first_loss_ = sample.at;
    last_loss_ = sample.at;
    drops_ = sample.drops;
  }
  late_samples_ = sample.lag_ms > kHopelessLagMs ? late_samples_ + 1 : 0;
}

bool EarlyStop::Hopeless() const {
  if (max_drops_ < 0 || now_ < kEarliest) return false;
  const bool lost_for_long = first_loss_ && last_loss_ - *first_loss_ >= kLongerThanABurst;
  return (lost_for_long && static_cast<double>(drops_) > max_drops_) ||
         late_samples_ >= kLateSamples;
}

}  // namespace bench
