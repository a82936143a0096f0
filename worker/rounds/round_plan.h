// Which rounds a load without a search has. Pure.
#pragma once

#include <optional>

#include "absl/time/time.h"
#include "worker/search/measurement.h"

namespace bench {

struct RoundOptions {
  double syscalls_per_sec = 0;  // open loop at this rate; 0: a sleep between two actions instead
  absl::Duration sleep;         // of each process; zero: as fast as it goes
  // The sleep is halved each round until a round as fast as it goes, which is the last, as
  // event-generator's `bench --loop` does it.
  bool halve_sleep = false;
  absl::Duration round = absl::Seconds(5);
  absl::Duration total =
      absl::InfiniteDuration();  // of load, the pauses between rounds not counted
};

// Not thread-safe.
class RoundPlan {
 public:
  // No sleep is shorter in effect.
  static constexpr absl::Duration kShortestSleep = absl::Microseconds(1);

  explicit RoundPlan(const RoundOptions& options) : options_(options), sleep_(options.sleep) {}

  // The next round; none after the last. The one in which the total is reached is cut short, unless
  // that would leave less than a tenth of a round.
  std::optional<TrialRequest> Next();

 private:
  const RoundOptions options_;
  absl::Duration sleep_;
  absl::Duration planned_;
  bool ended_ = false;
};

}  // namespace bench
