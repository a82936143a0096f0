#include "worker/rig/early_stop.h"

#include <gtest/gtest.h>

namespace bench {
namespace {

struct Seen {
  double at_sec;
  int64_t drops;
  double lag_ms = 1;
};

// When it would have ended; 0 = never.
double EndSec(double max_drops, const std::vector<Seen>& samples) {
  EarlyStop stop(max_drops);
  for (const Seen& seen : samples) {
    TrialSample sample;
    sample.at = absl::Seconds(seen.at_sec);
    sample.drops = seen.drops;
    sample.lag_ms = seen.lag_ms;
    stop.Saw(sample);
    if (stop.Hopeless()) return seen.at_sec;
  }
  return 0;
}

TEST(EarlyStop, IsForLossesThatGoOn) {
  EXPECT_EQ(EndSec(100, {{1, 0}, {2, 90}, {3, 150}, {4, 200}, {5, 300}}), 4);
  EXPECT_EQ(EndSec(1000, {{1, 0}, {2, 90}, {3, 150}, {4, 200}, {5, 300}}), 0);
  EXPECT_EQ(EndSec(-1, {{1, 0}, {2, 90}, {3, 150}, {4, 200}, {5, 300}}), 0);
}

TEST(EarlyStop, WaitsForWhatABurstWillLookLike) {
  EXPECT_EQ(EndSec(100, {{4, 0}, {4.5, 5000}, {5, 9000}, {6, 9000}, {9, 9000}}), 0);
  EXPECT_EQ(EndSec(100, {{0.5, 500}, {1, 1000}, {2, 2000}, {3, 3000}}), 0);
}

TEST(EarlyStop, IsForAlertsThatStayVeryLate) {
  EXPECT_EQ(EndSec(100, {{4, 0, 1600}, {4.1, 0, 1700}, {4.2, 0, 1800}}), 4.2);
  EXPECT_EQ(EndSec(100, {{4, 0, 1600}, {4.1, 0, 1700}, {4.2, 0, 900}, {4.3, 0, 1800}}), 0);
}

}  // namespace
}  // namespace bench
