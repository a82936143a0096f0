#include "worker/agent/run_executor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/worker/agent/run_on_fake_rig.h"

namespace bench {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

using RunExecutorTest = RunOnFakeRig;

TEST_F(RunExecutorTest, AHostThatOverloadsTheSensorByItselfIsSaidToBeforeAnyLoad) {
  RunOutcome outcome = Execute({.idle_loss = 0.8});
  const v1::Result& result = outcome.result;
  EXPECT_EQ(result.verdict(), v1::Result::BELOW_MINIMUM);
  EXPECT_EQ(result.limited_by(), v1::Result::CPU_LIMIT);
  EXPECT_THAT(result.message(), HasSubstr("the host's own 70 events/s"));
  EXPECT_THAT(result.message(), HasSubstr("80%"));
  EXPECT_EQ(result.upper().syscalls_per_sec(), 0);
  EXPECT_EQ(calls_.trials, 0);
  EXPECT_EQ(calls_.tear_downs, 1);
}

TEST_F(RunExecutorTest, ABurstThatFillsTheRingOfAnIdleHostIsNoOverload) {
  const RunOutcome outcome = Execute({.idle_loss = 0.3, .lossy_idle_looks = 2});
  EXPECT_EQ(outcome.result.verdict(), v1::Result::SUSTAINABLE);
  EXPECT_EQ(sink_.baselines, 1);
}

TEST_F(RunExecutorTest, AFewDropsAtIdleAreNoOverload) {
  EXPECT_EQ(Execute({.idle_loss = 0.001}).result.verdict(), v1::Result::SUSTAINABLE);
}

TEST_F(RunExecutorTest, BracketsTheSensorsCapacityAndReportsEveryTrial) {
  RunOutcome outcome = Execute({.capacity_syscalls_per_sec = 50e3});
  const v1::Result& result = outcome.result;
  EXPECT_EQ(result.verdict(), v1::Result::SUSTAINABLE) << result.DebugString();
  EXPECT_LE(result.sustainable().syscalls_per_sec(), 50e3);
  EXPECT_GT(result.upper().syscalls_per_sec(), 50e3);
  EXPECT_LE(result.upper().syscalls_per_sec() / result.sustainable().syscalls_per_sec(), 1.35);
  EXPECT_DOUBLE_EQ(result.sustainable().alerts_per_sec(),
                   result.sustainable().syscalls_per_sec() * 0.02);
  EXPECT_EQ(result.limited_by(), v1::Result::CPU_LIMIT);
  EXPECT_GT(outcome.usage.cpu_cores(), 0.15);
  EXPECT_EQ(outcome.sensor.kind(), "simulated");

  EXPECT_EQ(static_cast<int>(sink_.trials.size()), calls_.trials);
  EXPECT_EQ(sink_.sample_count, sink_.trials.size());
  for (size_t i = 0; i < sink_.trials.size(); ++i) {
    EXPECT_EQ(sink_.trials[i].number(), static_cast<int>(i) + 1);
    EXPECT_FALSE(sink_.trials[i].reason().empty());
  }
  EXPECT_EQ(sink_.baselines, 1);
  EXPECT_EQ(sink_.calibrations, 1);
  EXPECT_EQ(sink_.notes.back(), "took the fake sensor");
  EXPECT_GE(calls_.tear_downs, 1);
}

TEST_F(RunExecutorTest, TheHostsOwnEventsCountAtBothEndsOfTheAnswer) {
  const v1::Result result = Execute({.background_events_per_sec = 40e3}).result;
  ASSERT_GT(result.upper().syscalls_per_sec(), 0) << result.DebugString();
  EXPECT_DOUBLE_EQ(result.sustainable().events_per_sec(),
                   result.sustainable().syscalls_per_sec() + 40e3);
  EXPECT_DOUBLE_EQ(result.upper().events_per_sec(), result.upper().syscalls_per_sec() + 40e3);
}

TEST_F(RunExecutorTest, SaysOnceThatStallsOfTheHostCouldNotBeSeen) {
  EXPECT_THAT(Execute({}).result.flags(), Not(Contains("HOST_STALLS_UNSEEN")));
  EXPECT_THAT(Execute({.sees_host_stalls = false}).result.flags(), Contains("HOST_STALLS_UNSEEN"));
}

TEST_F(RunExecutorTest, TheManifestComesEarlyAndAgainWithWhatTheHostDidMeanwhile) {
  host_.kernel_release = "6.18.1";
  host_.smt_active = true;
  Execute({});
  ASSERT_EQ(sink_.manifests.size(), 2u);
  for (const v1::Manifest& manifest : sink_.manifests) {
    EXPECT_EQ(manifest.kernel(), "6.18.1");
    EXPECT_TRUE(manifest.smt_active());
    EXPECT_EQ(manifest.sensor().version(), "fake");
    EXPECT_EQ(manifest.rules_files(0).path(), "/etc/falco/falco_rules.yaml");
    EXPECT_EQ(manifest.rules_files(0).sha256(), "0a");
    EXPECT_EQ(manifest.rules_sha256(), "0b");
    EXPECT_EQ(manifest.libs_version(), "0.25.4");
  }
  EXPECT_FALSE(sink_.manifests[0].has_steal_ratio());
  EXPECT_DOUBLE_EQ(sink_.manifests[1].steal_ratio(), 0.2);
  EXPECT_FALSE(sink_.manifests[1].has_psi_cpu_some_ratio());
}

TEST_F(RunExecutorTest, ARigThatDidNotComeUpHasNoManifest) {
  Execute({.set_up = absl::InternalError("odd")});
  EXPECT_EQ(sink_.manifests.size(), 0u);
}

TEST_F(RunExecutorTest, AStartThatTheMemoryLimitKillsIsOutOfMemory) {
  RunOutcome outcome = Execute({.set_up = absl::ResourceExhaustedError("killed at 2Mi")});
  EXPECT_EQ(outcome.result.verdict(), v1::Result::OUT_OF_MEMORY);
  EXPECT_EQ(outcome.result.limited_by(), v1::Result::MEMORY_LIMIT);
  EXPECT_THAT(outcome.result.message(), HasSubstr("2Mi"));
  EXPECT_FALSE(outcome.retryable);
  EXPECT_EQ(calls_.tear_downs, 1);
}

TEST_F(RunExecutorTest, ASensorThatTheCellsSettingsKeepFromStartingIsInfeasible) {
  RunOutcome outcome = Execute(
      {.set_up = absl::OutOfRangeError("the sensor does not start with driver=kmod: no module")});
  EXPECT_EQ(outcome.result.verdict(), v1::Result::INFEASIBLE);
  EXPECT_EQ(outcome.result.limited_by(), v1::Result::UNKNOWN);
  EXPECT_THAT(outcome.result.message(), HasSubstr("driver=kmod: no module"));
  EXPECT_FALSE(outcome.retryable);
  EXPECT_EQ(calls_.tear_downs, 1);
}

TEST_F(RunExecutorTest, WhatTheUserMustMendIsNotTriedAgain) {
  RunOutcome outcome = Execute({.set_up = absl::FailedPreconditionError("no BTF")});
  EXPECT_EQ(outcome.result.verdict(), v1::Result::FAILED);
  EXPECT_FALSE(outcome.retryable);
  outcome = Execute({.set_up = absl::InternalError("odd")});
  EXPECT_EQ(outcome.result.verdict(), v1::Result::FAILED);
  EXPECT_TRUE(outcome.retryable);
}

TEST_F(RunExecutorTest, ACancelledTrialCancelsTheRunAndCleansUp) {
  RunOutcome outcome = Execute({.trial = absl::CancelledError("cancelled")});
  EXPECT_TRUE(outcome.cancelled);
  EXPECT_FALSE(outcome.retryable);
  EXPECT_EQ(calls_.trials, 1);
  EXPECT_GE(calls_.tear_downs, 1);
}

TEST_F(RunExecutorTest, SaysWhenItCouldNotCleanUp) {
  RunOutcome outcome = Execute({.tear_down = absl::InternalError("rmdir: busy")});
  EXPECT_THAT(outcome.result.message(), HasSubstr("rmdir: busy"));
  EXPECT_THAT(outcome.result.flags(), Contains("CLEANUP_INCOMPLETE"));
}

TEST_F(RunExecutorTest, AHintOnlyMovesTheStart) {
  v1::Hint* hint = assignment_.add_hints();
  hint->set_syscalls_per_sec(400e3);  // eight times too high
  RunOutcome outcome = Execute({.capacity_syscalls_per_sec = 50e3});
  EXPECT_EQ(outcome.result.verdict(), v1::Result::SUSTAINABLE);
  EXPECT_LE(outcome.result.sustainable().syscalls_per_sec(), 50e3);
  EXPECT_GT(outcome.result.sustainable().syscalls_per_sec(), 40e3);
}

}  // namespace
}  // namespace bench
