#include "worker/rounds/run_rounds.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "tests/fakes/fake_rig.h"

namespace bench {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class RunRoundsTest : public testing::Test {
 protected:
  absl::Status Run(const FakeRig::Script& script, double syscalls_per_sec) {
    FakeRig rig(script, &calls_, nullptr);
    const RoundSinks sinks = {.ready =
                                  [this](const RigFacts& facts, const Calibration& calibration) {
                                    EXPECT_THAT(rounds_, IsEmpty());
                                    EXPECT_EQ(facts.sensor.version, "fake");
                                    EXPECT_THAT(calibration.units, SizeIs(1));
                                    ++ready_;
                                  },
                              .round = [this](const Round& round) { rounds_.push_back(round); }};
    return RunRounds(rig, {.run_id = "load-1"},
                     RoundPlan({.syscalls_per_sec = syscalls_per_sec, .total = absl::Seconds(10)}),
                     sinks);
  }

  FakeRig::Calls calls_;
  int ready_ = 0;
  std::vector<Round> rounds_;
};

TEST_F(RunRoundsTest, TellsEachRoundWithItsJudgement) {
  ASSERT_TRUE(Run({.capacity_syscalls_per_sec = 50e3}, 40e3).ok());
  EXPECT_EQ(ready_, 1);
  ASSERT_THAT(rounds_, SizeIs(2));
  EXPECT_EQ(rounds_[0].number, 1);
  EXPECT_EQ(rounds_[1].number, 2);
  EXPECT_EQ(rounds_[1].judgement->trial_class, TrialClass::kGood);
  EXPECT_EQ(calls_.tear_downs, 1);
}

TEST_F(RunRoundsTest, GoesOnWhateverARoundShows) {
  ASSERT_TRUE(Run({.capacity_syscalls_per_sec = 50e3}, 80e3).ok());
  ASSERT_THAT(rounds_, SizeIs(2));
  for (const Round& round : rounds_) {
    EXPECT_EQ(round.judgement->trial_class, TrialClass::kStrongBad);
    EXPECT_GT(round.measurement.drops, 0);
  }
}

TEST_F(RunRoundsTest, TearsDownWhateverHappens) {
  EXPECT_TRUE(absl::IsCancelled(Run({.trial = absl::CancelledError("cancelled")}, 1e3)));
  EXPECT_TRUE(
      absl::IsFailedPrecondition(Run({.set_up = absl::FailedPreconditionError("no BPF")}, 1e3)));
  EXPECT_EQ(calls_.tear_downs, 2);
  EXPECT_THAT(rounds_, IsEmpty());
}

TEST_F(RunRoundsTest, SaysThatCleaningUpFailedEvenWhenCancelled) {
  const absl::Status status = Run({.tear_down = absl::InternalError("the group is busy"),
                                   .trial = absl::CancelledError("cancelled")},
                                  1e3);
  EXPECT_FALSE(absl::IsCancelled(status));
  EXPECT_EQ(status.message(), "cancelled; cleaning up: the group is busy");
}

TEST_F(RunRoundsTest, SaysThatCleaningUpFailed) {
  const absl::Status status = Run({.tear_down = absl::InternalError("the group is busy")}, 1e3);
  EXPECT_EQ(status.message(), "cleaning up: the group is busy");
  EXPECT_THAT(rounds_, SizeIs(2));
}

}  // namespace
}  // namespace bench
