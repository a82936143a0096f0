#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "worker/actions/mix.h"

namespace bench {
namespace {

using ::testing::AllOf;
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
  const auto mix = MakeMix({.profile = "recipe"});
  ASSERT_TRUE(mix.ok()) << mix.status();
  ExpectCountsMatchTheCycle(*mix);
  EXPECT_THAT(
      ActionsInOrder(*mix),
      ElementsAre("ChangeThreadNamespace", "ReadSensitiveFileUntrusted", "WriteBelowBinaryDir"));
  EXPECT_NEAR(static_cast<double>(mix->syscalls_per_cycle) / mix->actions_per_cycle, 50, 1);
}

TEST(MakeMix, SaysWhichOfTheActionsThatWereAskedForItLeavesOut) {
  const auto mix = MakeMix({.profile = "alerts", .actions_regex = "PacketSocket|ReadSensitive"});
  ASSERT_TRUE(mix.ok()) << mix.status();
  EXPECT_THAT(ActionsInOrder(*mix), ElementsAre("ReadSensitiveFileUntrusted"));
  EXPECT_THAT(LeftOutNote(*mix), HasSubstr("PacketSocketCreatedInContainer: its rule matches in"));
  EXPECT_EQ(LeftOutNote(*MakeMix({.profile = "recipe"})), "");
}

TEST(MakeMix, RecipeSpreadsItsActionsEvenly) {
  const auto mix = MakeMix({.profile = "recipe"});
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
  const auto mix = MakeMix({.profile = "alerts"});
  ASSERT_TRUE(mix.ok());
  ExpectCountsMatchTheCycle(*mix);
  EXPECT_THAT(StepsByAction(*mix), ElementsAre(testing::Pair("ChangeThreadNamespace", 1),
                                               testing::Pair("ReadSensitiveFileUntrusted", 1),
                                               testing::Pair("WriteBelowBinaryDir", 1)));
}

TEST(MakeMix, FillerHasNoActions) {
  const auto mix = MakeMix({.profile = "filler"});
  ASSERT_TRUE(mix.ok());
  ExpectCountsMatchTheCycle(*mix);
  EXPECT_THAT(StepsByAction(*mix), ElementsAre(testing::Pair("filler", 1)));
  EXPECT_EQ(mix->actions_per_cycle, 0);
}

TEST(MakeMix, RegexReplacesTheActionsAndKeepsTheFiller) {
  const auto mix = MakeMix({.profile = "recipe", .actions_regex = "^readsens|BelowBINARY"});
  ASSERT_TRUE(mix.ok()) << mix.status();
  ExpectCountsMatchTheCycle(*mix);
  EXPECT_THAT(ActionsInOrder(*mix),
              ElementsAre("ReadSensitiveFileUntrusted", "WriteBelowBinaryDir"));
  EXPECT_EQ(mix->syscalls_per_cycle, 100);
  const auto alerts = MakeMix({.profile = "alerts", .actions_regex = "namespace"});
  ASSERT_TRUE(alerts.ok());
  EXPECT_THAT(StepsByAction(*alerts), ElementsAre(testing::Pair("ChangeThreadNamespace", 1)));
}

TEST(MakeMix, RegexNeverMeansTheFiller) {
  const auto mix = MakeMix({.profile = "alerts", .actions_regex = ".*"});
  ASSERT_TRUE(mix.ok());
  EXPECT_FALSE(StepsByAction(*mix).contains("filler"));
  EXPECT_GE(mix->cycle.size(), 15u);
}

TEST(MakeMix, LeavesOutWhatCannotRunHere) {
  const auto mix = MakeMix({.profile = "alerts", .actions_regex = "Container|Namespace"});
  ASSERT_TRUE(mix.ok()) << mix.status();
  EXPECT_THAT(ActionsInOrder(*mix), ElementsAre("ChangeThreadNamespace"));
  const auto none = MakeMix({.profile = "alerts", .actions_regex = "PacketSocket"});
  EXPECT_EQ(none.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(none.status().message()),
              AllOf(HasSubstr("can run here"),
                    HasSubstr("PacketSocketCreatedInContainer: its rule matches in containers")));
}

TEST(MakeMix, ErrorsSayWhatThereIs) {
  const auto profile = MakeMix({.profile = "recepie"});
  EXPECT_EQ(profile.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(profile.status().message()),
              AllOf(HasSubstr("recepie"), HasSubstr("recipe, alerts, filler")));

  const auto nothing = MakeMix({.profile = "recipe", .actions_regex = "Mining"});
  EXPECT_EQ(nothing.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(nothing.status().message()),
              AllOf(HasSubstr("Mining"), HasSubstr("ReadSensitiveFileUntrusted, Write")));

  const auto malformed = MakeMix({.profile = "recipe", .actions_regex = "("});
  EXPECT_EQ(malformed.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(malformed.status().message()), HasSubstr("not a regular expression"));

  EXPECT_EQ(
      MakeMix({.profile = "recipe", .actions_regex = std::string(10'000, 'a')}).status().code(),
      absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(
      std::string(MakeMix({.profile = "filler", .actions_regex = "Read"}).status().message()),
      HasSubstr("\"alerts\""));
}

TEST(SingleActionMix, IsThatActionAlone) {
  for (const ActionInfo& action : AllActions()) {
    const Mix mix = SingleActionMix(action);
    ExpectCountsMatchTheCycle(mix);
    EXPECT_EQ(mix.cycle.size(), 1u);
    EXPECT_EQ(mix.syscalls_per_cycle, action.syscalls_per_action);
  }
}

TEST(MakeMix, MixedHasEveryKindOfFillerAndNoAlert) {
  const auto mix = MakeMix({.profile = "mixed"});
  ASSERT_TRUE(mix.ok()) << mix.status();
  EXPECT_EQ(mix->actions_per_cycle, 0);
  EXPECT_EQ(StepsByAction(*mix).size(), 5u);
  EXPECT_EQ(StepsByAction(*mix)["filler-exec"], 1);
  ExpectCountsMatchTheCycle(*mix);
}

TEST(MakeMix, WeightsSayHowOftenEachComes) {
  const auto mix = MakeMix({.parts = {{"WriteBelowBinaryDir", 4}, {"filler", 10}}});
  ASSERT_TRUE(mix.ok()) << mix.status();
  // The common factor is taken out.
  EXPECT_THAT(StepsByAction(*mix),
              ElementsAre(testing::Pair("WriteBelowBinaryDir", 2), testing::Pair("filler", 5)));
  ExpectCountsMatchTheCycle(*mix);
}

TEST(MakeMix, WeightsAreSpreadEvenly) {
  const std::vector<MixPart> parts = {
      {"filler-read", 40}, {"filler", 23}, {"ClearLogActivities", 7}};
  const auto mix = MakeMix({.parts = parts});
  ASSERT_TRUE(mix.ok()) << mix.status();
  std::vector<int> came(parts.size(), 0);
  for (size_t step = 0; step < mix->cycle.size(); ++step) {
    ++came[mix->cycle[step]];
    for (size_t i = 0; i < parts.size(); ++i) {
      EXPECT_NEAR(came[i], parts[i].weight * static_cast<double>(step + 1) / 70, 1) << step;
    }
  }
}

TEST(MakeMix, WrongPartsSayWhatWouldDo) {
  const auto error = [](const std::vector<MixPart>& parts) {
    const absl::Status status = MakeMix({.parts = parts}).status();
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << status;
    return std::string(status.message());
  };
  EXPECT_THAT(error({{"Mine", 1}}), AllOf(HasSubstr("\"Mine\""), HasSubstr("filler-exec")));
  EXPECT_THAT(error({{"filler", 1}, {"FILLER", 2}}), HasSubstr("twice"));
  EXPECT_THAT(error({{"filler", 0}}), HasSubstr("from 1"));
  EXPECT_THAT(error({{"PacketSocketCreatedInContainer", 1}}), HasSubstr("can't run here"));
  EXPECT_THAT(error({{"filler", 2'000'000'000}, {"filler-read", 1'999'999'999}}),
              HasSubstr("smaller numbers"));
}

}  // namespace
}  // namespace bench
