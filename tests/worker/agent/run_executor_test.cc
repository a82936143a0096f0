#include "worker/agent/run_executor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/fakes/fake_rig.h"

namespace bench {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

struct RecordingSink final : RunSink {
  void OnProgress(const v1::Progress& progress) override { notes.push_back(progress.note()); }
  void OnTrial(const v1::Trial& trial, const std::vector<v1::Sample>& samples) override {
    trials.push_back(trial);
    sample_count += samples.size();
  }
  void OnManifest(const v1::Manifest& manifest) override { manifests.push_back(manifest); }
  void OnBaseline(const v1::Baseline&) override { ++baselines; }
  void OnCalibration(const std::vector<v1::ActionCalibration>& units) override {
    calibrations += static_cast<int>(units.size());
  }
  std::vector<std::string> notes;
  std::vector<v1::Trial> trials;
  size_t sample_count = 0;
  std::vector<v1::Manifest> manifests;
  int baselines = 0;
  int calibrations = 0;
};

class RunExecutorTest : public ::testing::Test {
 protected:
  RunExecutorTest() {
    assignment_.set_run_id("r-1");
    assignment_.set_epoch(1);
    assignment_.set_attempt(1);
    assignment_.mutable_cell()->set_cpu_millis(200);
    v1::SweepSpec& spec = *assignment_.mutable_spec();
    spec.set_method("search");
    spec.set_profile("recipe");
    spec.set_precision(0.1);
    spec.set_round_duration_sec(10);
    spec.set_run_timeout_sec(3600);
  }

  RunOutcome Execute(FakeRig::Script script) {
    RunExecutor executor(
        assignment_,
        [&](const v1::Assignment&, Rig::ProgressSink progress, const std::atomic<bool>&) {
          return ChosenRig{std::make_unique<FakeRig>(script, &calls_, std::move(progress)),
                           "took the fake sensor"};
        },
        sink_, host_, [this] { return NextLook(); }, cancelled_, RealClock());
    return executor.Execute();
  }

  // Of each 100 ticks between two looks 20 are stolen; a kernel without PSI.
  HostLoadReading NextLook() {
    HostLoadReading look;
    look.at = absl::Seconds(++looks_);
    look.cpu = CpuTicks{.total = looks_ * 100, .steal = looks_ * 20};
    return look;
  }

  int looks_ = 0;
  v1::Assignment assignment_;
  HostFacts host_;
  RecordingSink sink_;
  FakeRig::Calls calls_;
  std::atomic<bool> cancelled_ = false;
};

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
