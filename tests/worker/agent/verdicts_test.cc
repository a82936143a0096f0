// What befalls a run, and the verdict and the cause that are true of it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/worker/agent/run_on_fake_rig.h"

namespace bench {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

using VerdictOfARun = RunOnFakeRig;

// The recipe's cycle.
std::vector<ActionTime> Recipe(double write_us) {
  return {{"ReadSensitiveFileUntrusted", 4, 4, 1, 2},
          {"WriteBelowBinaryDir", write_us, write_us, 1, 2},
          {"filler", 3, 3, 72, 2}};
}

void MakeAtMost(double syscalls_per_sec, TrialMeasurement* trial) {
  trial->achieved_syscalls_per_sec = std::min(trial->achieved_syscalls_per_sec, syscalls_per_sec);
  const double seconds = absl::ToDoubleSeconds(trial->duration);
  trial->events = static_cast<int64_t>(trial->achieved_syscalls_per_sec * seconds);
  trial->alerts_expected = trial->achieved_syscalls_per_sec * seconds * 0.02;
  trial->alerts_received = static_cast<int64_t>(trial->alerts_expected);
}

TEST_F(VerdictOfARun, ASlowActionIsNamed) {
  const v1::Result result = Execute({.capacity_syscalls_per_sec = 1e9,
                                     .befall =
                                         [](TrialMeasurement* trial) {
                                           MakeAtMost(20e3, trial);
                                           trial->action_times = Recipe(1000);
                                         }})
                                .result;
  EXPECT_EQ(result.verdict(), v1::Result::GENERATOR_BOUND) << result.DebugString();
  EXPECT_EQ(result.limited_by(), v1::Result::ACTION);
  EXPECT_THAT(result.limited_by_detail(), HasSubstr("WriteBelowBinaryDir took 1000 us a run"));
  EXPECT_NEAR(result.sustainable().syscalls_per_sec(), 20e3, 20);
}

TEST_F(VerdictOfARun, AStarvedGeneratorIsTheLimit) {
  const v1::Result result = Execute({.capacity_syscalls_per_sec = 1e9,
                                     .befall =
                                         [](TrialMeasurement* trial) {
                                           MakeAtMost(20e3, trial);
                                           trial->action_times = Recipe(5);
                                         }})
                                .result;
  EXPECT_EQ(result.verdict(), v1::Result::GENERATOR_BOUND) << result.DebugString();
  EXPECT_EQ(result.limited_by(), v1::Result::GENERATOR);
  EXPECT_NEAR(result.sustainable().syscalls_per_sec(), 20e3, 20);
}

TEST_F(VerdictOfARun, AMemoryLimitThatKillsAboveARateIsWhatLimitsIt) {
  const v1::Result result = Execute({.befall = [](TrialMeasurement* trial) {
                              trial->oom_killed = trial->request.syscalls_per_sec >= 30e3;
                            }}).result;
  EXPECT_EQ(result.verdict(), v1::Result::SUSTAINABLE) << result.DebugString();
  EXPECT_EQ(result.limited_by(), v1::Result::MEMORY_LIMIT);
  EXPECT_THAT(result.flags(), Contains("OOM_ABOVE"));
  EXPECT_LT(result.sustainable().syscalls_per_sec(), 30e3);
  EXPECT_GE(result.sustainable().syscalls_per_sec(), 30e3 / 1.2);
}

TEST_F(VerdictOfARun, AMemoryLimitThatKillsAtEveryRate) {
  const v1::Result result =
      Execute({.befall = [](TrialMeasurement* trial) { trial->oom_killed = true; }}).result;
  EXPECT_EQ(result.verdict(), v1::Result::OUT_OF_MEMORY) << result.DebugString();
  EXPECT_EQ(result.limited_by(), v1::Result::MEMORY_LIMIT);
  EXPECT_EQ(result.sustainable().syscalls_per_sec(), 0);
}

// Events that came all at once, in the trial's middle, and the alerts that waited behind them.
void Burst(double events, TrialMeasurement* trial) {
  const double rate = trial->request.syscalls_per_sec;
  trial->events += static_cast<int64_t>(events);
  trial->lag.late_share = std::max(trial->lag.late_share, 0.2);
  trial->lag.peak_ms = std::max(trial->lag.peak_ms, 800 * events / rate);
  trial->samples.clear();
  const absl::Duration step = absl::Milliseconds(100);
  for (absl::Duration at = step; at <= trial->duration; at += step) {
    const double issued = rate * absl::ToDoubleSeconds(at);
    TrialSample sample = {.at = at, .counted_at = at};
    sample.issued_syscalls = static_cast<int64_t>(issued);
    sample.events = static_cast<int64_t>(issued + (at > trial->duration / 2 ? events : 0));
    trial->samples.push_back(sample);
  }
}

TEST_F(VerdictOfARun, AnothersBurstInEveryTrialIsANoisyHost) {
  const v1::Result result =
      Execute({.befall = [](TrialMeasurement* trial) { Burst(60e3, trial); }}).result;
  EXPECT_EQ(result.verdict(), v1::Result::NOISY_HOST) << result.DebugString();
  EXPECT_EQ(result.limited_by(), v1::Result::UNKNOWN);
}

TEST_F(VerdictOfARun, AnothersBurstNowAndThenIsTriedAgain) {
  int trials = 0;
  const v1::Result result = Execute({.befall = [&trials](TrialMeasurement* trial) {
                              if (++trials % 3 == 0) Burst(60e3, trial);
                            }}).result;
  EXPECT_EQ(result.verdict(), v1::Result::SUSTAINABLE) << result.DebugString();
  EXPECT_EQ(result.limited_by(), v1::Result::CPU_LIMIT);
  EXPECT_LE(result.sustainable().syscalls_per_sec(), 50e3);
  EXPECT_GE(result.sustainable().syscalls_per_sec(), 50e3 / 1.2);
  EXPECT_GT(result.upper().syscalls_per_sec(), 50e3);
}

}  // namespace
}  // namespace bench
