#include "worker/search/evidence.h"

#include <gtest/gtest.h>

#include "worker/search/rate_ledger.h"

namespace bench {
namespace {

using State = Evidence::State;

Evidence After(absl::string_view trials) {  // g(ood) s(hort good) b(ad) B(strong bad) o(om)
  Evidence evidence;
  for (char trial : trials) {
    if (trial == 'g') evidence.AddGood(absl::Seconds(10));
    if (trial == 's') evidence.AddGood(absl::Seconds(3));
    if (trial == 'b') evidence.AddBad(/*strong=*/false);
    if (trial == 'B') evidence.AddBad(/*strong=*/true);
    if (trial == 'o') evidence.AddOom();
  }
  return evidence;
}

TEST(Evidence, TakesThreeGoodTrialsToAccept) {
  EXPECT_EQ(After("").state(), State::kUntried);
  EXPECT_EQ(After("gg").state(), State::kLeansGood);
  EXPECT_EQ(After("ggg").state(), State::kAccepted);
  EXPECT_EQ(After("sgg").state(), State::kLeansGood);
}

TEST(Evidence, TakesTwoBadTrialsOrAStrongOneToReject) {
  EXPECT_EQ(After("b").state(), State::kLeansBad);
  EXPECT_EQ(After("bb").state(), State::kRejected);
  EXPECT_EQ(After("B").state(), State::kRejected);
}

TEST(Evidence, IsMixedAfterEightTrialsWithoutADecision) {
  EXPECT_EQ(After("bggbggg").state(), State::kLeansGood);
  EXPECT_EQ(After("bggbgggg").state(), State::kMixed);
}

TEST(Evidence, ShortTrialsAddUpToAcceptance) {
  EXPECT_EQ(After("ssssssss").state(), State::kLeansGood);
  EXPECT_EQ(After("sssssssss").state(), State::kAccepted);
}

TEST(Evidence, GoodTrialsOutweighARejectionByOneOrTwo) {
  EXPECT_EQ(After("Bggg").state(), State::kLeansGood);
  EXPECT_EQ(After("bbggggg").state(), State::kLeansGood);
  EXPECT_EQ(After("bbbggggg").state(), State::kRejected);
}

TEST(Evidence, ADecisionStandsUntilTheSensorIsKilled) {
  EXPECT_EQ(After("gggBB").state(), State::kAccepted);
  EXPECT_EQ(After("gggo").state(), State::kRejected);
}

TEST(RateLedger, TheLowestBadRateIsTheUpperEnd) {
  RateLedger ledger(1.2);
  ledger.AddGood(100, absl::Seconds(10), 0.5);
  ledger.AddBad(110, false, absl::Seconds(10), false);
  ledger.AddGood(120, absl::Seconds(10), 0.5);
  ledger.AddBad(130, true, absl::Seconds(10), false);
  EXPECT_EQ(ledger.bracket().low->rate, 100);
  EXPECT_EQ(ledger.bracket().high->rate, 110);
}

TEST(RateLedger, AMixedRateIsAZoneUntilAGoodOneFarAboveItSaysOtherwise) {
  RateLedger ledger(1.2);
  ledger.AddGood(90, absl::Seconds(10), 0.5);
  for (int i = 0; i < 2; ++i) {
    ledger.AddBad(100, false, absl::Seconds(10), false);
    ledger.AddGood(100, absl::Seconds(10), 0.5);
  }
  for (int i = 0; i < 4; ++i) ledger.AddGood(100, absl::Seconds(10), 0.5);
  ASSERT_EQ(ledger.points().at(100).evidence.state(), Evidence::State::kMixed);
  ledger.AddGood(110, absl::Seconds(10), 0.5);
  EXPECT_EQ(ledger.bracket().low->rate, 90);
  EXPECT_EQ(ledger.bracket().zone.size(), 2u);
  ledger.AddGood(125, absl::Seconds(10), 0.5);
  EXPECT_EQ(ledger.bracket().low->rate, 125);
  EXPECT_TRUE(ledger.bracket().zone.empty());
}

TEST(RateLedger, TwoShortfallsMakeACeilingAndWaveringOnesAddUp) {
  RateLedger ledger(1.2);
  ledger.AddShortfall(200, 150, absl::Seconds(3), 0.5);
  EXPECT_EQ(ledger.ceiling(), 0);
  EXPECT_EQ(ledger.DoubtfulAbove(150), 200);
  ledger.AddShortfall(200, 154, absl::Seconds(10), 0.5);
  EXPECT_EQ(ledger.ceiling(), 200);
  EXPECT_EQ(ledger.DoubtfulAbove(150), 0);
  EXPECT_EQ(ledger.bracket().low->rate, 150);
  EXPECT_EQ(ledger.bracket().low->evidence.good_trials(), 2);
}

}  // namespace
}  // namespace bench
