// The whole decision, judge and search, against the model with its noise: is the answer true, how
// often, and for how many trials? Seeded; prints the figures that it asserts floors for.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <memory>
#include <vector>

#include "tests/fakes/manual_clock.h"
#include "tests/worker/rig/simulated_search.h"
#include "worker/rig/simulated_rig.h"
#include "worker/search/methods.h"
#include "worker/search/throttle.h"

namespace bench {
namespace {

constexpr int kSeeds = 200;

struct Setting {
  const char* name;
  double capacity;
  double precision;
  SimNoise noise;
  int32_t cpu_millis = 1000;
};

struct Summary {
  double median_trials = 0;
  double median_sec = 0;
  double p95_sec = 0;
  double in_band = 0;      // `sustainable` within -12..+4% of the truth
  double over = 0;         // beyond +4%
  double sustainable = 0;  // share of this verdict
};

double Quantile(std::vector<double> values, double share) {
  std::sort(values.begin(), values.end());
  return values[static_cast<size_t>(share * static_cast<double>(values.size() - 1))];
}

Summary Simulate(const Setting& setting) {
  std::vector<double> trials;
  std::vector<double> seconds;
  Summary summary;
  for (int seed = 1; seed <= kSeeds; ++seed) {
    SimRandom random(static_cast<uint64_t>(seed) * 7919);
    SimModelOptions options;
    options.capacity_events_per_sec = setting.capacity * std::exp(random.Uniform(-0.5, 0.5));
    options.noise = setting.noise;
    options.seed = static_cast<uint64_t>(seed);
    options.cores = setting.cpu_millis / 1000.0;
    options.throttle_allowance_ms = ThrottleAllowanceMs(setting.cpu_millis);
    options.late_threshold_ms = 100 + options.throttle_allowance_ms;
    options.generator_ceiling_syscalls_per_sec = 5e6;
    SimModel model(options);
    TrialMeasurement idle = model.RunTrial(
        {.phase = TrialPhase::kBaseline, .syscalls_per_sec = 500, .duration = absl::Seconds(10)});
    JudgeOptions judge = {.precision = setting.precision,
                          .throttle_allowance_ms = options.throttle_allowance_ms,
                          .baseline_lag_ms = idle.lag.median_ms,
                          .baseline_drops = idle.drops};
    auto search = *MakeSearchMethod("search", {.precision = setting.precision});
    SimulatedSearch run = RunSimulatedSearch(*search, model, judge);

    trials.push_back(run.trials);
    seconds.push_back(absl::ToDoubleSeconds(run.model_time));
    double truth = options.capacity_events_per_sec - options.background_events_per_sec;
    double error = run.result.sustainable_syscalls_per_sec / truth - 1;
    if (error >= -0.12 && error <= 0.04) summary.in_band += 1.0 / kSeeds;
    if (error > 0.04) summary.over += 1.0 / kSeeds;
    if (run.result.verdict == Verdict::kSustainable) summary.sustainable += 1.0 / kSeeds;
  }
  summary.median_trials = Quantile(trials, 0.5);
  summary.median_sec = Quantile(seconds, 0.5);
  summary.p95_sec = Quantile(seconds, 0.95);
  std::printf(
      "%-22s %6.0fk/s, precision %2.0f%%: median %2.0f trials, %3.0f s (p95 %3.0f s), "
      "in -12..+4%%: %5.1f%%, over: %.1f%%, SUSTAINABLE: %.1f%%\n",
      setting.name, setting.capacity / 1000, setting.precision * 100, summary.median_trials,
      summary.median_sec, summary.p95_sec, summary.in_band * 100, summary.over * 100,
      summary.sustainable * 100);
  return summary;
}

TEST(SearchSimulation, TypicalNoise) {
  for (double capacity : {20e3, 100e3, 800e3}) {
    for (int32_t cpu_millis : {1000, 250}) {
      Summary summary = Simulate({.name = cpu_millis < 1000 ? "typical, throttled" : "typical",
                                  .capacity = capacity,
                                  .precision = 0.10,
                                  .noise = {},
                                  .cpu_millis = cpu_millis});
      EXPECT_GE(summary.in_band, 0.85);
      EXPECT_LE(summary.over, 0.02);
      EXPECT_GE(summary.sustainable, 0.97);
      EXPECT_LE(summary.median_trials, 13);
      EXPECT_LE(summary.median_sec, 130);
      EXPECT_LE(summary.p95_sec, 280);
    }
  }
}

TEST(SearchSimulation, QuietNoise) {
  for (double precision : {0.10, 0.05}) {
    for (double capacity : {20e3, 100e3, 800e3}) {
      Summary summary = Simulate(
          {.name = "quiet", .capacity = capacity, .precision = precision, .noise = QuietNoise()});
      EXPECT_GE(summary.in_band, 0.96);
      EXPECT_LE(summary.over, 0.01);
      EXPECT_GE(summary.sustainable, 0.98);
      EXPECT_LE(summary.median_sec, 110);
      EXPECT_LE(summary.p95_sec, 190);
    }
  }
}

TEST(SearchSimulation, TypicalNoiseAtFivePercent) {
  for (double capacity : {20e3, 100e3, 800e3}) {
    Summary summary =
        Simulate({.name = "typical", .capacity = capacity, .precision = 0.05, .noise = {}});
    EXPECT_GE(summary.in_band, 0.93);
    EXPECT_LE(summary.over, 0.02);
    EXPECT_LE(summary.median_sec, 150);
  }
}

// The same through the rig, as a worker drives it.
TEST(SearchSimulation, ThroughTheRigTheAnswerRisesWithTheLimit) {
  ManualClock clock;
  std::atomic<bool> cancelled = false;
  double before = 0;
  for (int32_t cpu_millis : {100, 200, 400, 1000}) {
    SimulatedRig rig({.capacity_per_core = 400e3, .time_scale = 1000, .noise_scale = 0.3}, nullptr,
                     cancelled, clock);
    ASSERT_TRUE(rig.SetUp({.run_id = "run", .cpu_millis = cpu_millis, .profile = "recipe"}).ok());
    BaselineReading baseline = *rig.MeasureBaseline();
    JudgeOptions judge = {.precision = 0.10,
                          .throttle_allowance_ms = ThrottleAllowanceMs(cpu_millis),
                          .baseline_lag_ms = baseline.lag_median_ms,
                          .baseline_drops = baseline.drops};
    auto search = *MakeSearchMethod("search", {.precision = 0.10});
    while (std::optional<TrialRequest> request = search->Next({})) {
      TrialMeasurement trial = *rig.RunTrial(*request);
      search->Record(
          MakeTrialOutcome(trial, JudgeTrial(trial, judge), trial.cpu_cores * 1000 / cpu_millis));
    }
    SearchResult result = search->Result();
    EXPECT_EQ(result.verdict, Verdict::kSustainable) << result.message;
    EXPECT_NEAR(result.sustainable_syscalls_per_sec, 400.0 * cpu_millis, 400.0 * cpu_millis * 0.15);
    EXPECT_GT(result.sustainable_syscalls_per_sec, before);
    before = result.sustainable_syscalls_per_sec;
  }
}

// The recipe against the same model, without noise: an octave wide, and blind to what the ring
// hides, so that its clean end may lie above the truth.
TEST(SearchSimulation, DoublingEndsWithinAnOctaveAroundTheTruth) {
  for (double capacity : {20e3, 50e3, 100e3, 300e3}) {
    SimModelOptions options;
    options.capacity_events_per_sec = capacity;
    options.actions_per_syscall = 1.0 / 3;
    options.noise = ScaledNoise(0);
    SimModel model(options);
    auto search = *MakeSearchMethod("doubling", {});
    SimulatedSearch run = RunSimulatedSearch(*search, model, {});
    double low = run.result.sustainable_syscalls_per_sec;
    double high = run.result.upper_syscalls_per_sec;
    EXPECT_EQ(run.result.verdict, Verdict::kSustainable);
    EXPECT_GT(high, capacity);
    EXPECT_LE(high, 2 * low);
    // What overload the ring takes in 5 s without a drop.
    EXPECT_LE(low, capacity + options.ring_events / 5);
  }
}

}  // namespace
}  // namespace bench
