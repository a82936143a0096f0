#include "worker/search/lateness.h"

#include <gtest/gtest.h>

namespace bench {
namespace {

TEST(ThrottleAllowance, IsTheRestOfAPeriodForThoseWithLessThanACore) {
  EXPECT_DOUBLE_EQ(ThrottleAllowanceMs(250), 75);
  EXPECT_DOUBLE_EQ(ThrottleAllowanceMs(1000), 0);
  EXPECT_DOUBLE_EQ(ThrottleAllowanceMs(0), 0);  // unlimited
}

TEST(LateThreshold, IsATenthOfASecondBeyondWhatThrottlingExplains) {
  EXPECT_DOUBLE_EQ(LateThresholdMs(0, 0), 100);
  EXPECT_DOUBLE_EQ(LateThresholdMs(75, 0), 175);
  EXPECT_DOUBLE_EQ(LateThresholdMs(0, 30), 100);
}

TEST(LateThreshold, OfAHostThatDelaysAlertsAtIdleIsHigher) {
  EXPECT_DOUBLE_EQ(LateThresholdMs(0, 80), 200);
  // What throttling did to them at idle is known already.
  EXPECT_DOUBLE_EQ(LateThresholdMs(75, 80), 175);
}

TEST(LateThreshold, HasAnEndHoweverLateTheyAreAtIdle) {
  EXPECT_DOUBLE_EQ(LateThresholdMs(0, 5000), 300);
}

}  // namespace
}  // namespace bench
