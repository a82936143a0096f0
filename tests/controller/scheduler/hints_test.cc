#include "controller/scheduler/hints.h"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bench {
namespace {

using ::testing::DoubleNear;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr int64_t kMemory = 512 << 20;

TEST(Hints, TakesTheSameCellAsItIs) {
  EXPECT_THAT(ChooseHints(500, kMemory, {}, {{HintSource::kSameNode, 500, kMemory, 1e5}}, 5),
              ElementsAre(1e5));
}

TEST(Hints, ScalesANeighbourByTheShareOfOneCore) {
  auto hint = [](int32_t to, int32_t from) {
    return ChooseHints(to, kMemory, {}, {{HintSource::kSameNode, from, kMemory, 1e5}}, 1).at(0);
  };
  EXPECT_DOUBLE_EQ(hint(500, 250), 2e5);
  EXPECT_DOUBLE_EQ(hint(250, 500), 0.5e5);
  EXPECT_DOUBLE_EQ(hint(2000, 500), 2e5);  // one thread uses one core at most
  EXPECT_DOUBLE_EQ(hint(0, 500), 2e5);     // nor more without a limit
  EXPECT_DOUBLE_EQ(hint(4000, 2000), 1e5);
}

TEST(Hints, PutsTheNearestKnowledgeFirst) {
  std::vector<KnownRate> known = {
      {HintSource::kEarlierCampaign, 500, kMemory, 6},
      {HintSource::kSameNode, 100, kMemory, 0.8},  // -> 4
      {HintSource::kSameNode, 250, kMemory, 1.5},  // -> 3
      {HintSource::kOtherNode, 500, kMemory, 5},
      {HintSource::kSameNode, 500, kMemory, 2},
      {HintSource::kEarlierAttempt, 500, kMemory, 1},
  };
  EXPECT_THAT(ChooseHints(500, kMemory, {}, known, 10), ElementsAre(1, 2, 5, 6, 3, 4));
  EXPECT_THAT(ChooseHints(500, kMemory, {}, known, 2), ElementsAre(1, 2));
}

TEST(Hints, PrefersTheNearerMemoryAmongEqualCpus) {
  EXPECT_THAT(ChooseHints(500, kMemory, {},
                          {{HintSource::kSameNode, 500, 0, 3},
                           {HintSource::kSameNode, 500, 4 * kMemory, 2},
                           {HintSource::kSameNode, 500, 2 * kMemory, 1}},
                          5),
              ElementsAre(1, 2, 3));
}

TEST(Hints, OtherSettingsSayNothing) {
  const SensorSettings kmod = {.driver = "kmod"};
  const std::vector<KnownRate> known = {
      {HintSource::kEarlierAttempt, 500, kMemory, 1},
      {HintSource::kSameNode, 250, kMemory, 2, kmod},
      {HintSource::kSameNode, 500, kMemory, 3, {.driver = "kmod", .buffer_preset = 6}},
      {HintSource::kSameNode, 500, kMemory, 4, {.rules = {"/a.yaml"}}},
  };
  EXPECT_THAT(ChooseHints(500, kMemory, kmod, known, 5), ElementsAre(4));
  EXPECT_THAT(ChooseHints(500, kMemory, {}, known, 5), ElementsAre(1));
}

TEST(Hints, PassesOverRatesThatSayNothing) {
  EXPECT_THAT(ChooseHints(500, kMemory, {},
                          {{HintSource::kEarlierAttempt, 500, kMemory, 0},
                           {HintSource::kSameNode, 500, kMemory, std::nan("")},
                           {HintSource::kSameNode, 500, kMemory, INFINITY}},
                          5),
              IsEmpty());
}

TEST(Hints, AnEarlierAttemptStoodBetweenCleanAndBad) {
  EXPECT_EQ(RateOfEarlierAttempt({}), 0);
  EXPECT_EQ(RateOfEarlierAttempt({{1000, false}, {4000, false}}), 4000);
  EXPECT_EQ(RateOfEarlierAttempt({{8000, true}, {5000, true}}), 5000);
  // A clean trial above a bad one does not count: the lowest bad one wins.
  EXPECT_THAT(RateOfEarlierAttempt({{1000, false}, {9000, false}, {4000, true}}),
              DoubleNear(2000, 1e-6));
}

}  // namespace
}  // namespace bench
