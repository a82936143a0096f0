#include "worker/rig/sim_model.h"

#include <gtest/gtest.h>

#include "worker/search/judge.h"

namespace bench {
namespace {

SimModelOptions Silent(double capacity) {
  SimModelOptions options;
  options.capacity_events_per_sec = capacity;
  options.background_events_per_sec = 0;
  options.noise = ScaledNoise(0);
  return options;
}

TrialRequest At(double rate, absl::Duration duration = absl::Seconds(10)) {
  return {.phase = TrialPhase::kBisection, .syscalls_per_sec = rate, .duration = duration};
}

TEST(SimModel, KeepsUpBelowItsCapacity) {
  SimModel model(Silent(100e3));
  TrialMeasurement trial = model.RunTrial(At(95e3));
  EXPECT_EQ(trial.drops, 0);
  EXPECT_EQ(trial.duration, absl::Seconds(10));
  EXPECT_NEAR(static_cast<double>(trial.events), 950e3, 1);
  EXPECT_LT(trial.lag.peak_ms, 5);
  EXPECT_EQ(trial.samples.size(), 100u);
  EXPECT_NEAR(trial.alerts_expected, 19000, 2);
  EXPECT_EQ(static_cast<double>(trial.alerts_received), trial.alerts_expected);
}

TEST(SimModel, AtXOverloadTheLagGrowsByXSecondsASecondBeforeTheFirstDrop) {
  SimModel model(Silent(100e3));
  TrialMeasurement trial = model.RunTrial(At(110e3));
  EXPECT_EQ(trial.drops, 0);  // 100,000 events stand in a ring of 150,000
  EXPECT_NEAR(trial.lag.slope_ms_per_sec, 100, 1);
  EXPECT_NEAR(trial.lag.end_ms, 950, 20);
  EXPECT_GT(model.DrainTime(), absl::Seconds(3));
}

TEST(SimModel, DropsWhatTheRingCannotHold) {
  SimModelOptions options = Silent(100e3);
  options.ring_events = 20e3;
  options.max_loss = 1;  // never stopped early
  SimModel model(options);
  TrialMeasurement trial = model.RunTrial(At(110e3));
  EXPECT_NEAR(static_cast<double>(trial.drops), 100e3 - 20e3, 1);
  EXPECT_LT(static_cast<double>(trial.alerts_received), trial.alerts_expected * 0.95);
  EXPECT_NEAR(trial.lag.end_ms, 200, 10);
}

TEST(SimModel, StopsAHopelessTrialEarly) {
  SimModel model(Silent(100e3));
  TrialMeasurement trial = model.RunTrial(At(400e3));
  EXPECT_TRUE(trial.stopped_early);
  EXPECT_LT(trial.duration, absl::Seconds(4));
}

TEST(SimModel, ATrialStartsWithAnEmptyRing) {
  SimModel model(Silent(100e3));
  model.RunTrial(At(300e3));
  EXPECT_LT(model.RunTrial(At(50e3)).lag.peak_ms, 5);
}

TEST(SimModel, AnOomCliffKillsTheSensor) {
  SimModelOptions options = Silent(100e3);
  options.base_memory_bytes = 50 << 20;
  options.memory_bytes_per_event_per_sec = 100;
  options.memory_limit_bytes = (50 << 20) + 4'000'000;  // enough for 40k/s
  SimModel model(options);
  EXPECT_FALSE(model.RunTrial(At(39e3)).oom_killed);
  TrialMeasurement trial = model.RunTrial(At(41e3));
  EXPECT_TRUE(trial.oom_killed);
  EXPECT_LT(trial.duration, absl::Seconds(1));
  EXPECT_FALSE(model.RunTrial(At(39e3)).oom_killed);  // started anew
}

TEST(SimModel, TheGeneratorHasACeiling) {
  SimModelOptions options = Silent(1e6);
  options.generator_ceiling_syscalls_per_sec = 300e3;
  SimModel model(options);
  EXPECT_EQ(model.RunTrial(At(500e3)).achieved_syscalls_per_sec, 300e3);
}

TEST(SimModel, SleepBetweenActionsPacesThem) {
  SimModelOptions options = Silent(100e3);
  options.actions_per_syscall = 1.0 / 3;
  options.generator_ceiling_syscalls_per_sec = 750e3;  // 4 us an action
  SimModel model(options);
  TrialRequest request = At(0, absl::Seconds(5));
  request.may_stop_early = false;
  request.sleep_between_actions = absl::Microseconds(96);
  EXPECT_NEAR(model.RunTrial(request).achieved_actions_per_sec, 10e3, 1);
}

TEST(SimModel, ThrottlingMakesAlertsLaterButNotLost) {
  SimModelOptions options = Silent(100e3);
  options.cores = 0.25;
  options.throttle_allowance_ms = 75;
  SimModel model(options);
  TrialMeasurement trial = model.RunTrial(At(90e3));
  EXPECT_EQ(trial.drops, 0);
  EXPECT_GT(trial.lag.p95_ms, 40);
  EXPECT_LT(trial.lag.p95_ms, 80);
}

TEST(SimModel, TheSameSeedGivesTheSameTrials) {
  SimModelOptions options;
  options.seed = 7;
  SimModel first(options);
  SimModel second(options);
  options.seed = 8;
  SimModel other(options);
  bool differs = false;
  for (int i = 0; i < 5; ++i) {
    TrialMeasurement a = first.RunTrial(At(99e3));
    TrialMeasurement b = second.RunTrial(At(99e3));
    EXPECT_EQ(a.events, b.events);
    EXPECT_EQ(a.lag.median_ms, b.lag.median_ms);
    differs |= other.RunTrial(At(99e3)).lag.median_ms != a.lag.median_ms;
  }
  EXPECT_TRUE(differs);
}

TEST(SimModel, NoiseHappensAboutAsOftenAsSaid) {
  SimModelOptions options;
  options.capacity_events_per_sec = 1e6;
  SimModel model(options);
  int stalls = 0;
  int drops = 0;
  constexpr int kTrials = 2000;  // 20,000 s: 167 stalls, 100 drops of other rings
  for (int i = 0; i < kTrials; ++i) {
    TrialMeasurement trial = model.RunTrial(At(100e3));
    stalls += trial.host_max_stall_ms > 0 ? 1 : 0;
    drops += trial.drops > 0 ? 1 : 0;
    EXPECT_LE(trial.host_max_stall_ms, 150);
  }
  EXPECT_NEAR(stalls, 160, 60);
  EXPECT_NEAR(drops, 98, 45);
}

TEST(SimNoise, ScalesAndNamesItsLevels) {
  EXPECT_EQ(ScaledNoise(0).jitter_sd, 0);
  EXPECT_DOUBLE_EQ(QuietNoise().lag_noise_ms, 10);
  EXPECT_DOUBLE_EQ(NastyNoise().stall_max_ms, 400);
}

}  // namespace
}  // namespace bench
