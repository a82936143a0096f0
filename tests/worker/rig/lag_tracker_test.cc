#include "worker/rig/lag_tracker.h"

#include <gtest/gtest.h>

namespace bench {
namespace {

const absl::Time kStart = absl::FromUnixSeconds(1'700'000'000);

void AddAt(LagTracker& tracker, double at_ms, double lag_ms) {
  absl::Time event = kStart + absl::Milliseconds(at_ms);
  tracker.Add(event, event + absl::Milliseconds(lag_ms));
}

TEST(LagTracker, WithoutAlertsNothingIsKnown) {
  LagTracker tracker(kStart, 100);
  EXPECT_EQ(tracker.Summarize(absl::Seconds(10)).count, 0);
  EXPECT_LT(tracker.TakeRecentMedianMs(), 0);
}

TEST(LagTracker, LeavesTheFirstQuarterOut) {
  LagTracker tracker(kStart, 100);
  for (int ms = 0; ms < 2500; ms += 10) AddAt(tracker, ms, 900);
  for (int ms = 2500; ms < 10'000; ms += 10) AddAt(tracker, ms, 2);
  LagSummary summary = tracker.Summarize(absl::Seconds(10));
  EXPECT_EQ(summary.count, 750);
  EXPECT_NEAR(summary.median_ms, 2, 0.01);
  EXPECT_NEAR(summary.peak_ms, 2, 0.01);
  EXPECT_EQ(summary.late_share, 0);
}

TEST(LagTracker, TellsWhatOneInTenTook) {
  LagTracker tracker(kStart, 100);
  for (int i = 0; i < 100; ++i) {
    const absl::Time event = kStart + absl::Milliseconds(4000 + 50 * i);
    tracker.Add(event, event + absl::Milliseconds(i));
  }
  const LagSummary lag = tracker.Summarize(absl::Seconds(10));
  EXPECT_NEAR(lag.p90_ms, 90, 1.5);
  EXPECT_NEAR(lag.p95_ms, 95, 1.5);
}

TEST(LagTracker, SeesASteadyRise) {
  LagTracker tracker(kStart, 100);
  for (int ms = 0; ms < 10'000; ms += 10) AddAt(tracker, ms, 5 + 0.05 * ms + (ms % 30));
  LagSummary summary = tracker.Summarize(absl::Seconds(10));
  EXPECT_NEAR(summary.slope_ms_per_sec, 50, 2);
  EXPECT_GT(summary.slope_t_statistic, 5);
  EXPECT_NEAR(summary.end_ms, 5 + 0.05 * 9500 + 10, 15);
  EXPECT_GT(summary.late_share, 0.9);
}

TEST(LagTracker, OneOddAlertMakesNoPeak) {
  LagTracker tracker(kStart, 100);
  for (int ms = 0; ms < 10'000; ms += 10) AddAt(tracker, ms, ms == 5000 ? 800 : 3);
  LagSummary summary = tracker.Summarize(absl::Seconds(10));
  EXPECT_NEAR(summary.peak_ms, 3, 0.01);
  EXPECT_NEAR(summary.slope_ms_per_sec, 0, 0.1);
}

TEST(LagTracker, CountsAnAlertWhereItsEventHappenedHoweverLateItCame) {
  LagTracker tracker(kStart, 100);
  AddAt(tracker, 9'900, 5'000);
  AddAt(tracker, 10'500, 1);  // after the load: background
  EXPECT_EQ(tracker.Summarize(absl::Seconds(10)).count, 1);
}

TEST(LagTracker, TheRecentMedianStartsAnewEachTime) {
  LagTracker tracker(kStart, 100);
  AddAt(tracker, 0, 10);
  AddAt(tracker, 1, 30);
  AddAt(tracker, 2, 20);
  EXPECT_NEAR(tracker.TakeRecentMedianMs(), 20, 0.01);
  AddAt(tracker, 3, 7);
  EXPECT_NEAR(tracker.TakeRecentMedianMs(), 7, 0.01);
  EXPECT_LT(tracker.TakeRecentMedianMs(), 0);
}

}  // namespace
}  // namespace bench
