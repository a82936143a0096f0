#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "worker/actions/action.h"

namespace bench {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::map<std::string, int> StepsByAction(const Mix& mix) {
  std::map<std::string, int> steps;
  for (size_t i = 0; i < mix.cycle.size(); ++i) ++steps[mix.Step(static_cast<int>(i)).name];
  return steps;
}

std::vector<std::string> ActionsInOrder(const Mix& mix) {
  std::vector<std::string> names;
  for (size_t i = 0; i < mix.cycle.size(); ++i) {
    if (!IsFiller(mix.Step(static_cast<int>(i))))
      names.push_back(mix.Step(static_cast<int>(i)).name);
  }
  return names;
}

void ExpectCountsMatchTheCycle(const Mix& mix) {
  int syscalls = 0;
  int actions = 0;
  for (size_t i = 0; i < mix.cycle.size(); ++i) {
    const ActionInfo& step = mix.Step(static_cast<int>(i));
    syscalls += step.syscalls_per_action;
    actions += IsFiller(step) ? 0 : 1;
  }
  EXPECT_EQ(mix.syscalls_per_cycle, syscalls);
  EXPECT_EQ(mix.actions_per_cycle, actions);
}

TEST(ActionTable, FindsByNameInAnyCase) {
  ASSERT_NE(FindAction("readsensitivefileuntrusted"), nullptr);
  EXPECT_STREQ(FindAction("readsensitivefileuntrusted")->name, "ReadSensitiveFileUntrusted");
  EXPECT_EQ(FindAction("ReadSensitiveFile"), nullptr);
  EXPECT_NE(FindAction(kFillerAction), nullptr);
  EXPECT_NE(FindAction(kCanaryAction), nullptr);
}

TEST(ActionTable, EnablesWhatTheStableRulesMatch) {
  for (const ActionInfo& action : AllActions()) {
    EXPECT_EQ(action.enabled_by_default, std::string(action.rule_set) == "stable") << action.name;
    EXPECT_EQ(std::string(action.rule).empty(), IsFiller(action)) << action.name;
    EXPECT_GT(action.syscalls_per_action, 0) << action.name;
  }
}

TEST(MakeMix, RecipeMakesOneAlertInFiftyEvents) {
  const auto mix = MakeMix("recipe", "");
  ASSERT_TRUE(mix.ok()) << mix.status();
  ExpectCountsMatchTheCycle(*mix);
  EXPECT_THAT(
      ActionsInOrder(*mix),
      ElementsAre("ChangeThreadNamespace", "ReadSensitiveFileUntrusted", "WriteBelowBinaryDir"));
  EXPECT_NEAR(static_cast<double>(mix->syscalls_per_cycle) / mix->actions_per_cycle, 50, 1);
}

TEST(MakeMix, RecipeSpreadsItsActionsEvenly) {
  const auto mix = MakeMix("recipe", "");
  ASSERT_TRUE(mix.ok());
  std::vector<int> gaps;
  int gap = 0;
  for (size_t i = 0; i < 2 * mix->cycle.size(); ++i) {
    const ActionInfo& step = mix->Step(static_cast<int>(i % mix->cycle.size()));
    if (!IsFiller(step)) {
      gaps.push_back(gap);
      gap = 0;
    }
    gap += step.syscalls_per_action;
  }
  for (size_t i = 1; i < gaps.size(); ++i) EXPECT_NEAR(gaps[i], 50, 2);
}

TEST(MakeMix, AlertsHaveNoFiller) {
  const auto mix = MakeMix("alerts", "");
  ASSERT_TRUE(mix.ok());
  ExpectCountsMatchTheCycle(*mix);
  EXPECT_THAT(StepsByAction(*mix), ElementsAre(testing::Pair("ChangeThreadNamespace", 1),
                                               testing::Pair("ReadSensitiveFileUntrusted", 1),
                                               testing::Pair("WriteBelowBinaryDir", 1)));
}

TEST(MakeMix, FillerHasNoActions) {
  const auto mix = MakeMix("filler", "");
  ASSERT_TRUE(mix.ok());
  ExpectCountsMatchTheCycle(*mix);
  EXPECT_THAT(StepsByAction(*mix), ElementsAre(testing::Pair("filler", 1)));
  EXPECT_EQ(mix->actions_per_cycle, 0);
}

TEST(MakeMix, RegexReplacesTheActionsAndKeepsTheFiller) {
  const auto mix = MakeMix("recipe", "^readsens|BelowBINARY");
  ASSERT_TRUE(mix.ok()) << mix.status();
  ExpectCountsMatchTheCycle(*mix);
  EXPECT_THAT(ActionsInOrder(*mix),
              ElementsAre("ReadSensitiveFileUntrusted", "WriteBelowBinaryDir"));
  EXPECT_EQ(mix->syscalls_per_cycle, 100);
  const auto alerts = MakeMix("alerts", "namespace");
  ASSERT_TRUE(alerts.ok());
  EXPECT_THAT(StepsByAction(*alerts), ElementsAre(testing::Pair("ChangeThreadNamespace", 1)));
}

TEST(MakeMix, RegexNeverMeansTheFiller) {
  const auto mix = MakeMix("alerts", ".*");
  ASSERT_TRUE(mix.ok());
  EXPECT_FALSE(StepsByAction(*mix).contains("filler"));
  EXPECT_GE(mix->cycle.size(), 15u);
}

TEST(MakeMix, LeavesOutWhatCannotRunHere) {
  const auto mix = MakeMix("alerts", "Container|Namespace");
  ASSERT_TRUE(mix.ok()) << mix.status();
  EXPECT_THAT(ActionsInOrder(*mix), ElementsAre("ChangeThreadNamespace"));
  const auto none = MakeMix("alerts", "PacketSocket");
  EXPECT_EQ(none.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(none.status().message()),
              AllOf(HasSubstr("can run here"),
                    HasSubstr("PacketSocketCreatedInContainer: its rule matches in containers")));
}

TEST(MakeMix, ErrorsSayWhatThereIs) {
  const auto profile = MakeMix("recepie", "");
  EXPECT_EQ(profile.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(profile.status().message()),
              AllOf(HasSubstr("recepie"), HasSubstr("recipe, alerts, filler")));

  const auto nothing = MakeMix("recipe", "Mining");
  EXPECT_EQ(nothing.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(nothing.status().message()),
              AllOf(HasSubstr("Mining"), HasSubstr("ReadSensitiveFileUntrusted, Write")));

  const auto malformed = MakeMix("recipe", "(");
  EXPECT_EQ(malformed.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(malformed.status().message()), HasSubstr("not a regular expression"));

  EXPECT_EQ(MakeMix("recipe", std::string(10'000, 'a')).status().code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(MakeMix("filler", "Read").status().message()), HasSubstr("\"alerts\""));
}

TEST(SingleActionMix, IsThatActionAlone) {
  for (const ActionInfo& action : AllActions()) {
    const Mix mix = SingleActionMix(action);
    ExpectCountsMatchTheCycle(mix);
    EXPECT_EQ(mix.cycle.size(), 1u);
    EXPECT_EQ(mix.syscalls_per_cycle, action.syscalls_per_action);
  }
}

TEST(WithoutFiller, KeepsEachActionOnce) {
  const Mix recipe = WithoutFiller(*MakeMix("recipe", ""));
  ExpectCountsMatchTheCycle(recipe);
  EXPECT_THAT(
      ActionsInOrder(recipe),
      ElementsAre("ChangeThreadNamespace", "ReadSensitiveFileUntrusted", "WriteBelowBinaryDir"));
  EXPECT_EQ(recipe.cycle.size(), 3u);
  EXPECT_THAT(StepsByAction(WithoutFiller(*MakeMix("filler", ""))),
              ElementsAre(testing::Pair("filler", 1)));
}

}  // namespace
}  // namespace bench
