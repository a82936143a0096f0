#include "worker/search/judge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "worker/search/cpu_shortage.h"

namespace bench {
namespace {

using testing::HasSubstr;

constexpr double kRate = 100e3;

TrialMeasurement CleanTrial(absl::Duration duration = absl::Seconds(10)) {
  TrialMeasurement trial;
  trial.request = {
      .phase = TrialPhase::kBisection, .syscalls_per_sec = kRate, .duration = duration};
  trial.duration = duration;
  trial.achieved_syscalls_per_sec = kRate;
  trial.events = static_cast<int64_t>(kRate * absl::ToDoubleSeconds(duration));
  trial.alerts_expected = 200;
  trial.alerts_received = 200;
  trial.lag = {.count = 150,
               .median_ms = 2,
               .p95_ms = 5,
               .peak_ms = 8,
               .late_threshold_ms = 100,
               .end_ms = 2};
  return trial;
}

// Overloaded by `overload` (0.05 = 5%), the ring still hiding it.
TrialMeasurement RisingTrial(double overload, absl::Duration duration = absl::Seconds(10)) {
  TrialMeasurement trial = CleanTrial(duration);
  double seconds = absl::ToDoubleSeconds(duration);
  trial.lag.slope_ms_per_sec = overload * 1000;
  trial.lag.slope_t_statistic = 30;
  trial.lag.end_ms = overload * 1000 * (seconds - 0.5);
  trial.lag.peak_ms = overload * 1000 * seconds;
  for (int i = 1; i <= seconds * 10; ++i) {
    trial.samples.push_back({.at = absl::Milliseconds(100 * i), .lag_ms = overload * 100 * i});
  }
  return trial;
}

TrialClass ClassOf(const TrialMeasurement& trial, const JudgeOptions& options = {}) {
  return JudgeTrial(trial, options).trial_class;
}

TEST(JudgeTrial, ACleanTrialIsGood) {
  Judgement judgement = JudgeTrial(CleanTrial(), {});
  EXPECT_EQ(judgement.trial_class, TrialClass::kGood);
  EXPECT_FALSE(judgement.capacity_syscalls_per_sec.has_value());
}

TEST(JudgeTrial, AnOomKillComesBeforeAllElse) {
  TrialMeasurement trial = RisingTrial(0.5);
  trial.drops = trial.events / 2;
  trial.host_max_stall_ms = 5000;
  trial.oom_killed = true;
  EXPECT_EQ(ClassOf(trial), TrialClass::kOom);
  trial.oom_killed = false;
  trial.sensor_restarted = true;
  trial.sensor_exit = "exit code 1";
  EXPECT_THAT(JudgeTrial(trial, {}).reason, HasSubstr("exit code 1"));
  EXPECT_EQ(ClassOf(trial), TrialClass::kOom);
}

TEST(JudgeTrial, ASensorThatSomebodyDisturbedTellsNothing) {
  TrialMeasurement trial = RisingTrial(0.5);
  trial.disturbance = "somebody set cpu.cfs_quota_us to -1";
  trial.sensor_restarted = true;
  EXPECT_EQ(ClassOf(trial), TrialClass::kVoid);
  EXPECT_EQ(JudgeTrial(trial, {}).reason, trial.disturbance);
  trial.oom_killed = true;  // that is the limit's doing
  EXPECT_EQ(ClassOf(trial), TrialClass::kOom);
}

TEST(JudgeTrial, OneDropIsBadUnlessLossIsTolerated) {
  TrialMeasurement trial = CleanTrial();
  trial.drops = 1;
  trial.lag.late_share = 0.01;
  EXPECT_EQ(ClassOf(trial), TrialClass::kBad);
  EXPECT_EQ(ClassOf(trial, {.max_loss = 0.01}), TrialClass::kGood);
}

TEST(JudgeTrial, LossBeyondTwoPercentWithLateAlertsIsStrong) {
  TrialMeasurement trial = CleanTrial();
  trial.drops = trial.events * 3 / 100;
  trial.lag.late_share = 0.5;
  trial.lag.end_ms = 500;
  Judgement judgement = JudgeTrial(trial, {});
  EXPECT_EQ(judgement.trial_class, TrialClass::kStrongBad);
  EXPECT_THAT(judgement.reason, HasSubstr("lost 3% of the events (30000 drops, max loss 0%)"));
  // Of what came, 3% were dropped and half a second's worth was left in the ring at the end.
  ASSERT_TRUE(judgement.capacity_syscalls_per_sec.has_value());
  EXPECT_NEAR(*judgement.capacity_syscalls_per_sec, kRate * 0.97 / 1.05, 1);
  EXPECT_EQ(ClassOf(trial, {.max_loss = 0.02}), TrialClass::kBad);
}

TEST(JudgeTrial, LossWithoutALagChannelStillTellsTheCapacity) {
  TrialMeasurement trial = CleanTrial();
  trial.lag = {};
  trial.alerts_expected = trial.alerts_received = 0;
  EXPECT_EQ(ClassOf(trial), TrialClass::kGood);
  trial.drops = trial.events / 10;
  Judgement judgement = JudgeTrial(trial, {});
  EXPECT_EQ(judgement.trial_class, TrialClass::kStrongBad);
  EXPECT_NEAR(judgement.capacity_syscalls_per_sec.value_or(0), kRate * 0.9, 1);
}

TEST(JudgeTrial, WithoutALagAFullRingIsTakenOffTheCapacity) {
  TrialMeasurement trial = CleanTrial();
  trial.lag = {};
  trial.drops = trial.events / 10;
  const Judgement judgement = JudgeTrial(trial, {.ring_syscalls = 150e3});
  ASSERT_TRUE(judgement.capacity_syscalls_per_sec.has_value());
  // 900,000 were not dropped; 150,000 of them were still in the ring at the end.
  EXPECT_NEAR(*judgement.capacity_syscalls_per_sec, 75e3, 1);
  EXPECT_GT(judgement.capacity_doubt, 0.02);
  // A trial so short that the ring held all of it tells nothing.
  trial.duration = absl::Seconds(1);
  EXPECT_FALSE(JudgeTrial(trial, {.ring_syscalls = 150e3}).capacity_syscalls_per_sec.has_value());
}

TEST(JudgeTrial, DropsBesideAlertsInTimeAreNeitherStrongNorTellTheCapacity) {
  TrialMeasurement trial = CleanTrial();
  trial.drops = trial.events * 3 / 100;
  Judgement judgement = JudgeTrial(trial, {});
  EXPECT_EQ(judgement.trial_class, TrialClass::kBad);
  EXPECT_FALSE(judgement.capacity_syscalls_per_sec.has_value());
}

// A full ring makes its alerts late.
TEST(JudgeTrial, AFewDropsAndNotOneLateAlertWereOnARingThatTheLoadDoesNotFeed) {
  TrialMeasurement trial = CleanTrial();
  trial.drops = 100;
  Judgement judgement = JudgeTrial(trial, {});
  EXPECT_EQ(judgement.trial_class, TrialClass::kNoise);
  EXPECT_THAT(judgement.reason, HasSubstr("100 drops, but no alert was late"));
  trial.samples.push_back({.at = absl::Seconds(1), .lag_ms = 700});  // in the first quarter
  EXPECT_EQ(ClassOf(trial), TrialClass::kBad);
  trial.samples.clear();
  trial.lag.count = 20;  // too few alerts to know
  EXPECT_EQ(ClassOf(trial), TrialClass::kBad);
}

// 100,000 events/s: a ring of 15,000 delays its alerts by 150 ms when it is full, and what comes
// after 100 ms is late. That would hardly show.
TEST(JudgeTrial, AShallowRingIsNotClearedByAlertsInTime) {
  TrialMeasurement trial = CleanTrial();
  trial.drops = 100;
  EXPECT_EQ(ClassOf(trial, {.ring_events = 150e3}), TrialClass::kNoise);
  EXPECT_EQ(ClassOf(trial, {.ring_events = 15e3}), TrialClass::kBad);
  trial.drops = trial.events / 10;
  EXPECT_EQ(ClassOf(trial, {.ring_events = 150e3}), TrialClass::kBad);
  const Judgement judgement = JudgeTrial(trial, {.ring_events = 15e3});
  EXPECT_EQ(judgement.trial_class, TrialClass::kStrongBad);
  EXPECT_NEAR(*judgement.capacity_syscalls_per_sec, 0.9 * kRate, 50);
}

TEST(JudgeTrial, ABacklogOfMoreThanHalfARingIsBadThoughItWentAway) {
  TrialMeasurement trial = CleanTrial();
  trial.lag.peak_ms = 800;
  trial.lag.late_share = 0.05;
  EXPECT_EQ(ClassOf(trial), TrialClass::kGood);
  EXPECT_EQ(ClassOf(trial, {.ring_events = 200e3}), TrialClass::kGood);  // 2 s deep
  EXPECT_EQ(ClassOf(trial, {.ring_events = 150e3}), TrialClass::kBad);
  EXPECT_EQ(ClassOf(trial, {.throttle_allowance_ms = 100, .ring_events = 150e3}),
            TrialClass::kGood);
}

TEST(JudgeTrial, DropsOfTheOutputQueueAreTheOutputsFault) {
  TrialMeasurement trial = CleanTrial();
  trial.output_queue_drops = 3;
  const Judgement judgement = JudgeTrial(trial, {});
  EXPECT_EQ(judgement.trial_class, TrialClass::kOutput);
  EXPECT_THAT(judgement.reason, HasSubstr("no room for 3 alerts"));
  trial.drops = trial.events / 10;
  trial.lag.late_share = 0.5;
  EXPECT_EQ(ClassOf(trial), TrialClass::kStrongBad);
}

TEST(JudgeTrial, OneStoppedEarlyForForgivenDropsTellsNothing) {
  TrialMeasurement trial = CleanTrial(absl::Milliseconds(300));
  trial.stopped_early = true;
  trial.drops = 50;
  trial.lag.late_share = 0.01;
  EXPECT_EQ(ClassOf(trial, {.baseline_drops = 100}), TrialClass::kVoid);
  EXPECT_EQ(ClassOf(trial), TrialClass::kBad);
}

// Second by second; `burst` events more in the middle.
std::vector<TrialSample> SamplesWithABurst(double burst) {
  std::vector<TrialSample> samples;
  for (int i = 1; i <= 100; ++i) {
    double events = kRate * i / 10 + (i > 50 ? burst : 0);
    samples.push_back({.at = absl::Milliseconds(100 * i),
                       .counted_at = absl::Milliseconds(100 * i),
                       .events = static_cast<int64_t>(events),
                       .lag_ms = 5,
                       .issued_syscalls = static_cast<int64_t>(kRate * i / 10)});
  }
  return samples;
}

TEST(JudgeTrial, ABurstOfForeignEventsThatExplainsTheLagMakesItVoid) {
  TrialMeasurement trial = CleanTrial();
  trial.lag.late_share = 0.3;
  trial.lag.peak_ms = 400;
  trial.samples = SamplesWithABurst(40e3);  // 400 ms of events
  EXPECT_EQ(ClassOf(trial), TrialClass::kVoid);
  EXPECT_THAT(JudgeTrial(trial, {}).reason, HasSubstr("a burst of 40000 events"));
  trial.samples = SamplesWithABurst(15e3);
  EXPECT_EQ(ClassOf(trial), TrialClass::kBad);
  trial.samples = SamplesWithABurst(40e3);
  trial.drops = 50'000;  // more than came in the burst
  EXPECT_NE(ClassOf(trial), TrialClass::kVoid);
}

// Its events count for the trial's, but not for the load's: it is as long as the load's rate makes
// it.
TEST(JudgeTrial, ALargeBurstIsMeasuredByTheUsualRate) {
  TrialMeasurement trial = CleanTrial();
  trial.samples = SamplesWithABurst(1e6);  // as much as the load
  trial.events = static_cast<int64_t>(kRate * 10 + 1e6);
  trial.lag.late_share = 0.5;
  trial.lag.peak_ms = 9000;
  EXPECT_EQ(ClassOf(trial), TrialClass::kVoid);
}

TEST(JudgeTrial, AMomentsDropsTellNoCapacity) {
  TrialMeasurement trial = CleanTrial();
  trial.drops = 100;
  trial.lag.late_share = 0.01;
  EXPECT_EQ(ClassOf(trial), TrialClass::kBad);
  EXPECT_FALSE(JudgeTrial(trial, {}).capacity_syscalls_per_sec.has_value());
  trial.lag.late_share = 0.3;
  EXPECT_TRUE(JudgeTrial(trial, {}).capacity_syscalls_per_sec.has_value());
}

TEST(JudgeTrial, DropsThatTheIdleHostMakesAreAllowedFor) {
  TrialMeasurement trial = CleanTrial();
  trial.drops = 15;
  trial.lag.late_share = 0.01;
  EXPECT_EQ(ClassOf(trial, {.baseline_drops = 10}), TrialClass::kGood);
  EXPECT_EQ(ClassOf(trial, {.baseline_drops = 10, .baseline_duration = absl::Seconds(5)}),
            TrialClass::kGood);
  trial.drops = 50;
  trial.lag.late_share = 0.01;
  EXPECT_EQ(ClassOf(trial, {.baseline_drops = 10}), TrialClass::kBad);
}

TEST(JudgeTrial, ASteadyRiseOfTheLagIsStrongWithoutAnyDrop) {
  Judgement judgement = JudgeTrial(RisingTrial(0.05), {});
  EXPECT_EQ(judgement.trial_class, TrialClass::kStrongBad);
  EXPECT_NEAR(judgement.capacity_syscalls_per_sec.value_or(0), kRate / 1.05, 1);
}

TEST(JudgeTrial, ARiseWithinThePrecisionIsNoOverload) {
  EXPECT_EQ(ClassOf(RisingTrial(0.016), {.precision = 0.05}), TrialClass::kGood);
}

TEST(JudgeTrial, AStepOfTheLagIsNoSteadyRise) {
  TrialMeasurement trial = RisingTrial(0.05);
  for (TrialSample& sample : trial.samples) {
    sample.lag_ms = sample.at < absl::Seconds(6) ? 2 : 450;
  }
  trial.lag.late_share = 0.5;
  Judgement judgement = JudgeTrial(trial, {});
  EXPECT_EQ(judgement.trial_class, TrialClass::kBad);
  EXPECT_FALSE(judgement.capacity_syscalls_per_sec.has_value());
}

TEST(JudgeTrial, AShortTrialIsBadByASmallerRise) {
  EXPECT_EQ(ClassOf(RisingTrial(0.10, absl::Seconds(3))), TrialClass::kBad);
  EXPECT_EQ(ClassOf(RisingTrial(0.015, absl::Seconds(3))), TrialClass::kGood);
}

TEST(JudgeTrial, ATrialStoppedEarlyInADeepSteadyBacklogIsStrong) {
  EXPECT_EQ(ClassOf(RisingTrial(0.6, absl::Seconds(2.5))), TrialClass::kStrongBad);
}

TEST(JudgeTrial, LagThatThrottlingExplainsIsNotOverload) {
  TrialMeasurement trial = RisingTrial(0.02);  // 190 ms at the end
  EXPECT_EQ(ClassOf(trial), TrialClass::kStrongBad);
  EXPECT_EQ(ClassOf(trial, {.throttle_allowance_ms = 75}), TrialClass::kGood);
}

TEST(JudgeTrial, LateAlertsBeyondTenPercentAreABacklog) {
  TrialMeasurement trial = CleanTrial();
  trial.lag.late_share = 0.11;
  trial.lag.peak_ms = 300;
  EXPECT_EQ(ClassOf(trial), TrialClass::kBad);
  trial.lag.late_share = 0.09;
  EXPECT_EQ(ClassOf(trial), TrialClass::kGood);
  // One late alert of six is chance.
  trial.lag.count = 6;
  trial.lag.late_share = 1.0 / 6;
  EXPECT_EQ(ClassOf(trial), TrialClass::kGood);
}

TEST(JudgeTrial, AlertsMissingTogetherWithToleratedDropsAreBad) {
  TrialMeasurement trial = CleanTrial();
  trial.drops = 100;
  trial.lag.late_share = 0.01;
  trial.alerts_received = 190;
  EXPECT_EQ(ClassOf(trial, {.max_loss = 0.01}), TrialClass::kBad);
}

TEST(JudgeTrial, AlertsMissingWithoutDropsAreTheOutputsFault) {
  TrialMeasurement trial = CleanTrial();
  trial.alerts_received = 190;
  EXPECT_EQ(ClassOf(trial), TrialClass::kOutput);
  trial.alerts_received = 197;
  EXPECT_EQ(ClassOf(trial), TrialClass::kGood);
  trial.alerts_expected = 10;  // too few to tell
  trial.alerts_received = 8;
  EXPECT_EQ(ClassOf(trial), TrialClass::kGood);
}

TEST(JudgeTrial, AlertsMissingAreNoLessMissingWhereTheGeneratorFellShort) {
  TrialMeasurement trial = CleanTrial();
  trial.achieved_syscalls_per_sec = 0.5 * kRate;
  trial.alerts_received = 150;
  EXPECT_EQ(ClassOf(trial), TrialClass::kOutput);
}

TEST(JudgeTrial, AGeneratorThatFellShortIsNoBoundForTheSensor) {
  TrialMeasurement trial = CleanTrial();
  trial.achieved_syscalls_per_sec = 0.97 * kRate;
  EXPECT_EQ(ClassOf(trial), TrialClass::kGenerator);
  trial.achieved_syscalls_per_sec = 0.985 * kRate;
  EXPECT_EQ(ClassOf(trial), TrialClass::kGood);
}

TEST(JudgeTrial, OverloadCountsEvenIfTheGeneratorFellShort) {
  TrialMeasurement trial = RisingTrial(0.05);
  trial.achieved_syscalls_per_sec = 0.9 * kRate;
  Judgement judgement = JudgeTrial(trial, {});
  EXPECT_EQ(judgement.trial_class, TrialClass::kStrongBad);
  EXPECT_THAT(judgement.reason, HasSubstr("the generator made 90.0k/s of 100k"));
  EXPECT_NEAR(judgement.capacity_syscalls_per_sec.value_or(0), 0.9 * kRate / 1.05, 1);
}

TEST(JudgeTrial, SleepPacedLoadHasNoRateToFallShortOf) {
  TrialMeasurement trial = CleanTrial();
  trial.request.sleep_between_actions = absl::Milliseconds(1);
  trial.achieved_syscalls_per_sec = 10;
  EXPECT_EQ(ClassOf(trial), TrialClass::kGood);
}

TEST(JudgeTrial, AStallThatExplainsTheLagMakesItVoid) {
  TrialMeasurement trial = CleanTrial();
  trial.lag.late_share = 0.2;
  trial.lag.peak_ms = 180;
  trial.host_max_stall_ms = 150;
  EXPECT_EQ(ClassOf(trial), TrialClass::kVoid);
  trial.host_max_stall_ms = 60;
  EXPECT_EQ(ClassOf(trial), TrialClass::kBad);
}

TEST(JudgeTrial, AStallExplainsNoMoreDropsThanCameInIt) {
  TrialMeasurement trial = CleanTrial();
  trial.host_max_stall_ms = 100;
  trial.lag.late_share = 0.01;
  trial.drops = 5'000;  // 10,000 events came in 100 ms
  EXPECT_EQ(ClassOf(trial), TrialClass::kVoid);
  trial.drops = 19'000;
  EXPECT_EQ(ClassOf(trial), TrialClass::kBad);
}

TEST(JudgeTrial, AClearOverloadIsNotExcusedByAShortStall) {
  TrialMeasurement trial = RisingTrial(0.1);
  trial.host_max_stall_ms = 5;
  EXPECT_EQ(ClassOf(trial), TrialClass::kStrongBad);
  trial.host_max_stall_ms = 200;
  EXPECT_EQ(ClassOf(trial), TrialClass::kStrongBad);
}

TEST(JudgeTrial, ALoadThatTookTheCpusMakesItVoid) {
  TrialMeasurement trial = RisingTrial(0.5);
  trial.max_thread_cores = trial.cpu_cores = 0.4;
  trial.runqueue_wait_ratio = 0.55;
  const JudgeOptions before = {.usual_wait = 0.02};
  EXPECT_EQ(ClassOf(trial, before), TrialClass::kVoid);
  EXPECT_THAT(
      JudgeTrial(trial, before).reason,
      HasSubstr("ready to run for 55% of the time and had no CPU (2% in the trials before)"));
  // One that was there before is part of the host.
  EXPECT_EQ(ClassOf(trial, {.usual_wait = 0.5}), TrialClass::kStrongBad);
  EXPECT_EQ(ClassOf(trial, {}), TrialClass::kStrongBad);
  // It used what its limit allows.
  EXPECT_EQ(ClassOf(trial, {.cpu_millis = 400, .usual_wait = 0.02}), TrialClass::kStrongBad);
  // It had time to spare beside what it used and waited for.
  trial.runqueue_wait_ratio = 0.2;
  EXPECT_EQ(ClassOf(trial, before), TrialClass::kStrongBad);
  // Whatever took the CPUs, nothing came of it.
  trial = CleanTrial();
  trial.max_thread_cores = 0.4;
  trial.runqueue_wait_ratio = 0.55;
  EXPECT_EQ(ClassOf(trial, before), TrialClass::kGood);
}

TEST(UsualWait, IsTheMiddleOneOfTheLastThree) {
  EXPECT_EQ(UsualWait({}), 0);
  EXPECT_EQ(UsualWait({0.5}), 0);  // one trial is no habit
  EXPECT_EQ(UsualWait({0.5, 0.6}), 0.5);
  EXPECT_EQ(UsualWait({0.9, 0.9, 0.1, 0.2, 0.3}), 0.2);
}

// Drops of a trial without a lag: so many, from here to there.
TrialMeasurement DropsBetween(double from_sec, double to_sec, int64_t drops) {
  TrialMeasurement trial = CleanTrial(absl::Seconds(30));
  trial.lag = {};
  trial.alerts_expected = trial.alerts_received = 0;
  trial.drops = drops;
  for (int i = 1; i <= 300; ++i) {
    const double part = std::clamp((i / 10.0 - from_sec) / (to_sec - from_sec), 0.0, 1.0);
    trial.samples.push_back({.at = absl::Milliseconds(100 * i),
                             .counted_at = absl::Milliseconds(100 * i),
                             .events = static_cast<int64_t>(kRate / 10) * i,
                             .drops = static_cast<int64_t>(part * static_cast<double>(drops)),
                             .issued_syscalls = static_cast<int64_t>(kRate / 10) * i});
  }
  return trial;
}

TEST(JudgeTrial, WithoutALagAMomentsDropsAreNotThoseOfAFullRing) {
  EXPECT_EQ(ClassOf(DropsBetween(12, 12.5, 150)), TrialClass::kNoise);
  EXPECT_EQ(ClassOf(DropsBetween(12, 14, 150)), TrialClass::kBad);
  // It may have begun to overflow.
  EXPECT_EQ(ClassOf(DropsBetween(28, 28.5, 150)), TrialClass::kBad);
  // More than a moment's.
  EXPECT_EQ(ClassOf(DropsBetween(12, 12.5, 30'000)), TrialClass::kBad);
  // Those that were counted after the last sample came nobody knows when.
  TrialMeasurement trial = DropsBetween(12, 12.5, 150);
  trial.drops += 10;
  EXPECT_EQ(ClassOf(trial), TrialClass::kBad);
}

TEST(JudgeTrial, AGoodTrialIsNeverVoid) {
  TrialMeasurement trial = CleanTrial();
  trial.host_max_stall_ms = 3000;
  EXPECT_EQ(ClassOf(trial), TrialClass::kGood);
}

TEST(JudgeTrial, AStallThatExplainsTheShortfallMakesItVoid) {
  TrialMeasurement trial = CleanTrial();
  trial.achieved_syscalls_per_sec = 0.97 * kRate;  // 300 ms of load missing
  trial.host_max_stall_ms = 250;
  EXPECT_EQ(ClassOf(trial), TrialClass::kVoid);
}

TEST(JudgeTrial, AnEmptyMeasurementIsJudgedToo) {
  EXPECT_EQ(ClassOf({}), TrialClass::kGood);
}

TEST(TrialClassName, IsWhatTheDatabaseSays) {
  EXPECT_EQ(TrialClassName(TrialClass::kStrongBad), "STRONG_BAD");
  EXPECT_EQ(TrialClassName(TrialClass::kOom), "OOM");
}

}  // namespace
}  // namespace bench
