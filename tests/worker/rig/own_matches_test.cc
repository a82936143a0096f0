#include "worker/rig/own_matches.h"

#include <gtest/gtest.h>

namespace bench {
namespace {

using Matches = std::map<std::string, int64_t>;

constexpr char kSensitive[] = "Read_sensitive_file_untrusted";
const ActionLook kCanary = {.action = "canary", .rule = kSensitive, .runs = 500};
const ActionLook kWrite = {.action = "write", .rule = "below", .runs = 500};
const ActionLook kFiller = {.action = "filler", .rule = "", .runs = 500};

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
  own.SawIdle(At(0, {{"cron", 7}}), At(5, {{"cron", 17}, {kSensitive, 60}}), {"canary", 50});
  own.SawAction(kCanary, At(6, {{"cron", 19}, {kSensitive, 60}}),
                At(7, {{"cron", 21}, {kSensitive, 562}}));
  own.SawAction(kWrite, At(8, {{"cron", 23}}), At(9, {{"cron", 25}, {"below", 500}}));
  return own;
}

TEST(OwnMatches, CountsTheLoadsRulesOnly) {
  const OwnMatches own = Calibrated();
  EXPECT_NEAR(own.PerRun("canary"), 1, 1e-9);
  EXPECT_NEAR(own.PerRun("write"), 1, 1e-9);
  EXPECT_EQ(own.PerRun("another"), 0);
  // 10 s, in which cron went wild.
  EXPECT_EQ(
      own.Between(At(20, {{"cron", 40}, {kSensitive, 600}, {"below", 500}}),
                  At(30, {{"cron", 90'000}, {kSensitive, 1620}, {"below", 1500}, {"ssh", 3}})),
      (1020 - 20) + 1000);
}

TEST(OwnMatches, AMatchOfOthersHidesNoLostOne) {
  const OwnMatches own = Calibrated();
  EXPECT_EQ(
      own.Between(At(20, {{"cron", 40}, {"below", 500}}), At(30, {{"cron", 1040}, {"below", 700}})),
      200);
}

// The probes match the canary's rule and no other: what the host adds to others is all its own.
TEST(OwnMatches, ProbesAreTakenFromTheirOwnRuleAlone) {
  OwnMatches own;
  own.SawIdle(At(0, {}), At(5, {{"below", 75}, {kSensitive, 50}}), {"canary", 50});
  own.SawAction(kWrite, At(6, {}), At(7, {{"below", 515}}));
  own.SawAction(kCanary, At(8, {}), At(9, {{"below", 15}, {kSensitive, 500}}));
  EXPECT_NEAR(own.PerRun("write"), 1, 1e-9);
  // All of the load's are lost; the 15/s are the host's.
  EXPECT_EQ(own.Between(At(20, {{"below", 0}}), At(30, {{"below", 150}})), 0);
}

// A job of a second, just while an action was calibrated.
TEST(OwnMatches, ABurstOfOthersDuringCalibrationIsNotTheLoads) {
  OwnMatches own;
  own.SawIdle(At(0, {}), At(5, {}), {});
  own.SawAction(kWrite, At(6, {}), At(7, {{"below", 500}, {"cron", 4000}}));
  EXPECT_NEAR(own.PerRun("write"), 1, 1e-9);
  EXPECT_EQ(
      own.Between(At(20, {{"below", 0}, {"cron", 0}}), At(30, {{"below", 3}, {"cron", 9000}})), 3);
}

// Of an action without a rule, or whose rule is not loaded, what it moves in each look at it.
TEST(OwnMatches, WhereItsRuleIsSilentWhatItMovesEachTimeIsTheLoads) {
  OwnMatches own;
  own.SawIdle(At(0, {}), At(5, {}), {});
  own.SawAction(kFiller, At(6, {}), At(7, {{"site_rule", 500}, {"cron", 4000}}));
  own.SawAction(kFiller, At(8, {}), At(9, {{"site_rule", 480}, {"cron", 3}}));
  own.SawAction(kFiller, At(10, {}), At(11, {{"site_rule", 500}}));
  own.SawAction(kWrite, At(12, {}), At(13, {{"renamed", 500}, {"site_rule", 100}}));
  EXPECT_NEAR(own.PerRun("filler"), 1, 1e-9);  // in the middle look
  EXPECT_NEAR(own.PerRun("write"), 1, 1e-9);
  EXPECT_EQ(own.Between(At(20, {}), At(30, {{"renamed", 5}, {"site_rule", 6}, {"cron", 7}})), 11);
}

// As counted on Falco 0.44.1 beside a program that matches the canary's rule 15 times a second.
// Fillers are many: what is left over of a second's chance would be a share of all that is
// expected.
TEST(OwnMatches, ChanceIsNoShareOfARun) {
  OwnMatches own;
  own.SawIdle(At(0, {}), At(10, {{kSensitive, 247}}), {"canary", 100});
  own.SawAction(kCanary, At(12, {}), At(14, {{kSensitive, 534}}));
  own.SawAction(kFiller, At(16, {}), At(18, {{kSensitive, 33}}));
  EXPECT_EQ(own.PerRun("canary"), 1);
  EXPECT_EQ(own.PerRun("filler"), 0);
}

// A sensor that lost some of them, or a rule with a condition of its own.
TEST(OwnMatches, WhatIsNoWholeNumberIsLeftAsItIs) {
  OwnMatches own;
  own.SawIdle(At(0, {}), At(5, {}), {});
  own.SawAction(kWrite, At(6, {}), At(7, {{"below", 750}}));
  EXPECT_NEAR(own.PerRun("write"), 1.5, 1e-9);
}

// Calibrated before it was known that the rule is one of the load's: expected and received alike.
TEST(OwnMatches, ARuleThatSeveralActionsMatchCountsForAllOfThem) {
  OwnMatches own;
  own.SawIdle(At(0, {}), At(5, {}), {});
  own.SawAction(kCanary, At(6, {}), At(7, {{kSensitive, 500}, {"below", 500}}));
  own.SawAction(kWrite, At(8, {}), At(9, {{"below", 500}}));
  EXPECT_NEAR(own.PerRun("canary"), 2, 1e-9);
  EXPECT_NEAR(own.PerRun("write"), 1, 1e-9);
}

TEST(OwnMatches, WithoutCountersThereAreNone) {
  EXPECT_EQ(Calibrated().Between(At(20, {}), At(30, {})), 0);
  EXPECT_EQ(OwnMatches().Between(At(20, {}), At(30, {{"below", 5}})), 0);
  EXPECT_EQ(OwnMatches().PerRun("write"), 0);
  // They started over.
  EXPECT_EQ(Calibrated().Between(At(20, {{"below", 500}}), At(30, {{"below", 3}})), 0);
}

TEST(OwnMatches, AnotherIdleLookForgetsTheFirst) {
  OwnMatches own = Calibrated();
  own.SawIdle(At(40, {}), At(45, {}), {"canary", 50});
  EXPECT_EQ(own.Between(At(50, {}), At(60, {{"below", 100}})), 0);
  EXPECT_EQ(own.PerRun("write"), 0);
}

TEST(OwnMatches, AnActionThatNeverRanTellsNothing) {
  OwnMatches own;
  own.SawIdle(At(0, {}), At(0, {}), {"canary", 50});
  own.SawAction({.action = "write", .rule = "below", .runs = 0}, At(6, {}), At(6, {{"below", 9}}));
  EXPECT_EQ(own.PerRun("write"), 0);
  EXPECT_EQ(own.Between(At(20, {}), At(30, {{"below", 9}})), 0);
}

}  // namespace
}  // namespace bench
