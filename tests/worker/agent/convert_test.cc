#include "worker/agent/convert.h"

#include <gtest/gtest.h>

namespace bench {
namespace {

Mix MixFor(const std::string& method, const std::string& profile) {
  v1::Assignment assignment;
  assignment.mutable_spec()->set_method(method);
  assignment.mutable_spec()->set_profile(profile);
  const absl::StatusOr<Mix> mix = MakeMix(ToRigSpec(assignment).mix);
  EXPECT_TRUE(mix.ok()) << mix.status();
  return mix.value_or(Mix());
}

TEST(MakeManifest, TellsTheArgumentsOfSomebodyElsesFalcoOnly) {
  RigFacts rig;
  rig.sensor_facts.effective_config_sha256 = "beef";
  EXPECT_EQ(MakeManifest({}, rig).effective_config_sha256(), "beef");
  EXPECT_FALSE(MakeManifest({}, rig).has_sensor_arguments());
  rig.sensor_facts.arguments = "";
  EXPECT_TRUE(MakeManifest({}, rig).has_sensor_arguments());
  rig.sensor_facts.arguments = "-U -A";
  EXPECT_EQ(MakeManifest({}, rig).sensor_arguments(), "-U -A");
}

TEST(MakeManifest, TellsWhereSomebodyElsesFalcoIsRead) {
  RigFacts rig;
  EXPECT_EQ(MakeManifest({}, rig).extra_size(), 0);
  rig.sensor_facts.reads = "counters are read from its metrics file /m, alerts from nowhere";
  const v1::Manifest manifest = MakeManifest({}, rig);
  ASSERT_EQ(manifest.extra_size(), 1);
  EXPECT_EQ(manifest.extra(0).key(), "Feeds");
  EXPECT_EQ(manifest.extra(0).value(), rig.sensor_facts.reads);
}

TEST(ToRigSpec, DoublingRunsTheActionsAloneWhateverTheRound) {
  EXPECT_GT(MixFor("search", "recipe").cycle.size(), 50u);
  const Mix doubling = MixFor("doubling", "recipe");
  EXPECT_EQ(doubling.cycle.size(), 3u);
  EXPECT_EQ(doubling.actions_per_cycle, 3);
}

TEST(ToRigSpec, DoublingKeepsAProfileThatIsNothingButFiller) {
  EXPECT_EQ(MixFor("doubling", "filler").cycle.size(), 1u);
  EXPECT_EQ(MixFor("doubling", "mixed").cycle.size(), MixFor("search", "mixed").cycle.size());
}

TEST(ToRigSpec, DoublingKeepsTheUsersOwnWeightsAndChoiceOfActions) {
  v1::SweepSpec spec;
  spec.set_method("doubling");
  spec.set_profile("custom");
  spec.add_mix()->set_action("filler");
  spec.mutable_mix(0)->set_weight(2);
  EXPECT_EQ(ToMixSpec(spec).parts.size(), 1u);
  spec.clear_mix();
  spec.set_profile("recipe");
  spec.set_actions_regex("^ReadSensitive");
  const absl::StatusOr<Mix> mix = MakeMix(ToMixSpec(spec));
  ASSERT_TRUE(mix.ok()) << mix.status();
  EXPECT_EQ(mix->cycle.size(), 1u);
  EXPECT_EQ(mix->actions[0]->name, std::string("ReadSensitiveFileUntrusted"));
}

}  // namespace
}  // namespace bench
