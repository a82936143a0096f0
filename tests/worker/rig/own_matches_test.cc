#include "worker/rig/own_matches.h"

#include <gtest/gtest.h>

namespace bench {
namespace {

using Matches = std::map<std::string, int64_t>;

CounterReading At(int seconds, const Matches& matches) {
  CounterReading reading;
  reading.at = absl::FromUnixSeconds(1000 + seconds);
  reading.matches_by_rule = matches;
  for (const auto& [rule, count] : matches) reading.rule_matches += count;
  return reading;
}

// A host on which cron matches one rule twice a second and its backup the canary's, as often.
OwnMatches Calibrated() {
  OwnMatches own;
  own.SawIdle(At(0, {{"cron", 7}}), At(5, {{"cron", 17}, {"sensitive", 60}}), 50);
  own.SawAction(At(6, {{"cron", 19}, {"sensitive", 60}}), At(7, {{"cron", 21}, {"sensitive", 562}}),
                500);
  own.SawAction(At(8, {{"cron", 23}}), At(9, {{"cron", 25}, {"below", 500}, {"remove", 500}}), 500);
  return own;
}

TEST(OwnMatches, CountsTheLoadsRulesOnly) {
  const OwnMatches own = Calibrated();
  // 10 s, in which cron went wild.
  EXPECT_EQ(own.Between(At(20, {{"cron", 40}, {"sensitive", 600}, {"below", 500}}),
                        At(30, {{"cron", 90'000},
                                {"sensitive", 1620},
                                {"below", 1500},
                                {"remove", 1000},
                                {"ssh", 3}})),
            (1020 - 20) + 1000 + 1000);
}

TEST(OwnMatches, AMatchOfOthersHidesNoLostOne) {
  const OwnMatches own = Calibrated();
  EXPECT_EQ(
      own.Between(At(20, {{"cron", 40}, {"below", 500}}), At(30, {{"cron", 1040}, {"below", 700}})),
      200);
}

TEST(OwnMatches, WithoutCountersThereAreNone) {
  EXPECT_EQ(Calibrated().Between(At(20, {}), At(30, {})), 0);
  EXPECT_EQ(OwnMatches().Between(At(20, {}), At(30, {{"below", 5}})), 0);
  // They started over.
  EXPECT_EQ(Calibrated().Between(At(20, {{"below", 500}}), At(30, {{"below", 3}})), 0);
}

TEST(OwnMatches, AnotherIdleLookForgetsTheFirst) {
  OwnMatches own = Calibrated();
  own.SawIdle(At(40, {}), At(45, {}), 50);
  EXPECT_EQ(own.Between(At(50, {}), At(60, {{"below", 100}})), 0);
}

}  // namespace
}  // namespace bench
