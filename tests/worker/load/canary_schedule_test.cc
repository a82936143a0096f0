#include "worker/load/canary_schedule.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <limits>

namespace bench {
namespace {

constexpr int64_t kSecond = 1'000'000'000;
constexpr int64_t kMs = 1'000'000;

TEST(CanarySchedule, NeverAtZeroPerSecond) {
  EXPECT_EQ(CanarySchedule(0, 1).next_ns(), std::numeric_limits<int64_t>::max());
}

TEST(CanarySchedule, KeepsTheRateWithJitteredIntervals) {
  CanarySchedule schedule(10, 7);
  EXPECT_LT(schedule.next_ns(), 100 * kMs);
  int64_t shortest = kSecond;
  int64_t longest = 0;
  int64_t last = schedule.next_ns();
  for (int i = 0; i < 10'000; ++i) {
    schedule.Advance(last);
    const int64_t interval = schedule.next_ns() - last;
    shortest = std::min(shortest, interval);
    longest = std::max(longest, interval);
    last = schedule.next_ns();
  }
  EXPECT_NEAR(static_cast<double>(last) / kSecond, 1000, 15);
  EXPECT_GE(shortest, 50 * kMs);
  EXPECT_LT(shortest, 52 * kMs);
  EXPECT_LE(longest, 150 * kMs);
  EXPECT_GT(longest, 148 * kMs);
}

TEST(CanarySchedule, DoesNotLockToTheCfsPeriod) {
  CanarySchedule schedule(10, 11);
  std::array<int, 10> phases = {};
  constexpr int kPhase = 1'000;  // expected in each
  for (int i = 0; i < 10 * kPhase; ++i) {
    ++phases[schedule.next_ns() % (100 * kMs) / (10 * kMs)];
    schedule.Advance(schedule.next_ns());
  }
  for (int count : phases) EXPECT_NEAR(count, kPhase, 200);
}

TEST(CanarySchedule, ALateOneIsNotFollowedByABurst) {
  CanarySchedule schedule(10, 3);
  const int64_t late = schedule.next_ns() + 3 * kSecond;
  schedule.Advance(late);
  EXPECT_GE(schedule.next_ns(), late + 50 * kMs);
}

TEST(CanarySchedule, SeedsGiveDifferentMoments) {
  EXPECT_NE(CanarySchedule(10, 1).next_ns(), CanarySchedule(10, 2).next_ns());
}

}  // namespace
}  // namespace bench
