#include "worker/rounds/round_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace bench {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::SizeIs;

std::vector<TrialRequest> All(const RoundOptions& options) {
  std::vector<TrialRequest> rounds;
  RoundPlan plan(options);
  while (const auto round = plan.Next()) rounds.push_back(*round);
  EXPECT_FALSE(plan.Next().has_value());
  return rounds;
}

std::vector<absl::Duration> DurationsOf(const std::vector<TrialRequest>& rounds) {
  std::vector<absl::Duration> durations;
  for (const TrialRequest& round : rounds) durations.push_back(round.duration);
  return durations;
}

TEST(RoundPlan, KeepsARateUntilTheTotalIsReached) {
  const auto rounds = All({.syscalls_per_sec = 5e3, .total = absl::Seconds(12)});
  EXPECT_THAT(DurationsOf(rounds),
              ElementsAre(absl::Seconds(5), absl::Seconds(5), absl::Seconds(2)));
  for (const TrialRequest& round : rounds) {
    EXPECT_EQ(round.syscalls_per_sec, 5e3);
    EXPECT_EQ(round.sleep_between_actions, absl::ZeroDuration());
    EXPECT_FALSE(round.may_stop_early);
    EXPECT_EQ(round.phase, TrialPhase::kRound);
  }
}

TEST(RoundPlan, HasNoRoundTooShortToTellAnything) {
  EXPECT_THAT(DurationsOf(All({.syscalls_per_sec = 1, .total = absl::Milliseconds(10'400)})),
              ElementsAre(absl::Seconds(5), absl::Seconds(5)));
}

TEST(RoundPlan, AShortTotalIsOneShortRound) {
  EXPECT_THAT(DurationsOf(All(
                  {.syscalls_per_sec = 1, .round = absl::Minutes(10), .total = absl::Seconds(30)})),
              ElementsAre(absl::Seconds(30)));
}

TEST(RoundPlan, KeepsASleepUntilTheTotalIsReached) {
  const auto rounds = All({.sleep = absl::Milliseconds(10), .total = absl::Seconds(20)});
  EXPECT_THAT(rounds, SizeIs(4));
  for (const TrialRequest& round : rounds) {
    EXPECT_EQ(round.sleep_between_actions, absl::Milliseconds(10));
  }
}

TEST(RoundPlan, HalvesTheSleepDownToFlatOut) {
  const auto rounds = All({.sleep = absl::Microseconds(8), .halve_sleep = true});
  std::vector<absl::Duration> sleeps;
  for (const TrialRequest& round : rounds) sleeps.push_back(round.sleep_between_actions);
  EXPECT_THAT(sleeps,
              ElementsAre(absl::Microseconds(8), absl::Microseconds(4), absl::Microseconds(2),
                          absl::Microseconds(1), absl::ZeroDuration()));
  EXPECT_GT(rounds.back().syscalls_per_sec, 10e6);
  EXPECT_THAT(DurationsOf(rounds), Each(absl::Seconds(5)));
}

TEST(RoundPlan, ATotalEndsTheHalvingToo) {
  EXPECT_THAT(All({.sleep = absl::Seconds(1), .halve_sleep = true, .total = absl::Seconds(15)}),
              SizeIs(3));
}

TEST(RoundPlan, WithoutASleepItIsFlatOut) {
  const auto rounds = All({.total = absl::Seconds(5)});
  ASSERT_THAT(rounds, SizeIs(1));
  EXPECT_GT(rounds[0].syscalls_per_sec, 10e6);
}

}  // namespace
}  // namespace bench
