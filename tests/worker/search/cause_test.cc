#include "worker/search/cause.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "worker/search/slow_action.h"

namespace bench {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

ActionTime Time(const char* action, double us, int per_cycle, int syscalls) {
  return {.action = action,
          .mean_us = us,
          .median_us = us,
          .per_cycle = per_cycle,
          .syscalls = syscalls};
}

// The recipe's cycle, its WriteBelowBinaryDir on a disk of this speed.
std::vector<ActionTime> Recipe(double write_us) {
  return {Time("ChangeThreadNamespace", 0.5, 1, 1), Time("ReadSensitiveFileUntrusted", 4, 1, 2),
          Time("WriteBelowBinaryDir", write_us, 1, 2), Time("filler", 3, 72, 2)};
}

TEST(SlowAction, NamesItAndSaysWhatLeavingItOutWouldGive) {
  auto slow = FindSlowAction(Recipe(1000), 120e3);
  ASSERT_TRUE(slow.has_value());
  EXPECT_EQ(slow->action, "WriteBelowBinaryDir");
  EXPECT_NEAR(slow->time_share, 1000 / 1220.5, 0.001);
  // 149 syscalls in 1220.5 us are 120k/s; 147 in 220.5 us would be:
  EXPECT_NEAR(slow->syscalls_per_sec_without, 120e3 * (147 / 220.5) / (149 / 1220.5), 1);
}

TEST(SlowAction, NoneStandsOutOnAQuickHost) {
  EXPECT_FALSE(FindSlowAction(Recipe(5), 500e3).has_value());
  // Half of the time, but as quick as the others for each call.
  EXPECT_FALSE(FindSlowAction({Time("a", 50, 1, 2), Time("b", 20, 1, 1)}, 1e3).has_value());
  // Slow for its calls, but there is nothing else in the mix.
  EXPECT_FALSE(FindSlowAction({Time("a", 500, 1, 2)}, 1e3).has_value());
  EXPECT_FALSE(FindSlowAction({}, 1e3).has_value());
}

TEST(SlowAction, AFewEndlessRunsAreAGeneratorWithoutItsCpu) {
  std::vector<ActionTime> times = Recipe(5);
  times.back().mean_us = 40;  // of filler, whose median stays
  EXPECT_FALSE(FindSlowAction(times, 10e3).has_value());
}

JudgedTrial Shortfall(double write_us) {
  JudgedTrial trial;
  trial.measurement.request.syscalls_per_sec = 400e3;
  trial.measurement.achieved_syscalls_per_sec = 120e3;
  trial.measurement.generator_cpu_cores = 0.9;
  trial.measurement.action_times = Recipe(write_us);
  trial.judgement.trial_class = TrialClass::kGenerator;
  return trial;
}

TEST(FindCause, AGeneratorHeldUpByOneActionIsThatActionsFault) {
  SearchResult result;
  result.verdict = Verdict::kGeneratorBound;
  result.sustainable_syscalls_per_sec = 120e3;
  CauseFinding finding = FindCause(result, 1000, {Shortfall(1000)});
  EXPECT_EQ(finding.cause, Cause::kAction);
  EXPECT_EQ(CauseName(finding.cause), "ACTION");
  EXPECT_THAT(finding.detail, AllOf(HasSubstr("WriteBelowBinaryDir took 1000 us a run, 81.9% of"),
                                    HasSubstr("without it about 655k")));
}

TEST(FindCause, OtherwiseTheGeneratorIs) {
  SearchResult result;
  result.verdict = Verdict::kGeneratorBound;
  CauseFinding finding = FindCause(result, 1000, {Shortfall(5)});
  EXPECT_EQ(finding.cause, Cause::kGenerator);
  EXPECT_THAT(finding.detail, HasSubstr("made 120k syscalls/s of 400k with 0.90 cores"));
  // What held it up before, at another rate, doesn't count.
  EXPECT_EQ(FindCause(result, 1000, {Shortfall(1000), Shortfall(5)}).cause, Cause::kGenerator);
  EXPECT_EQ(FindCause(result, 1000, {}).cause, Cause::kGenerator);
}

// Overloaded for ten seconds: 2,000 alerts/s that come ever later.
JudgedTrial LateAlerts(int64_t drops, int64_t growth_bytes) {
  JudgedTrial trial;
  TrialMeasurement& m = trial.measurement;
  m.request.syscalls_per_sec = 100e3;
  m.duration = absl::Seconds(10);
  m.events = 1'000'000;
  m.drops = drops;
  m.alerts_received = 20'000;
  m.lag = {.count = 20'000, .end_ms = 5000};
  m.cpu_cores = 0.2;
  m.resident_growth_bytes = growth_bytes;
  trial.judgement.trial_class = TrialClass::kStrongBad;
  return trial;
}

CauseFinding Find(const std::vector<JudgedTrial>& trials, int32_t cpu_millis) {
  SearchResult result;
  result.verdict = Verdict::kSustainable;
  result.sustainable_syscalls_per_sec = 90e3;
  result.upper_syscalls_per_sec = 100e3;
  return FindCause(result, cpu_millis, trials);
}

Cause CauseOf(const std::vector<JudgedTrial>& trials, int32_t cpu_millis) {
  return Find(trials, cpu_millis).cause;
}

TEST(FindCause, AQueueOfAlertsGrowsInTheSensorsMemory) {
  // 10,000 alerts wait: in the ring, where they take no memory of its own, or in its queue.
  EXPECT_EQ(CauseOf({LateAlerts(0, 20 << 20)}, 200), Cause::kOutputQueue);
  EXPECT_EQ(CauseOf({LateAlerts(0, 3 << 20)}, 200), Cause::kCpuLimit);
  EXPECT_EQ(CauseOf({LateAlerts(9, 20 << 20)}, 200), Cause::kCpuLimit);
  // Not by one trial among many.
  EXPECT_EQ(CauseOf({LateAlerts(0, 20 << 20), LateAlerts(0, 0), LateAlerts(0, 0)}, 200),
            Cause::kCpuLimit);
}

JudgedTrial At(double rate, TrialClass trial_class) {
  JudgedTrial trial;
  trial.measurement.request.syscalls_per_sec = rate;
  trial.measurement.duration = absl::Seconds(10);
  trial.judgement.trial_class = trial_class;
  return trial;
}

TEST(FindCause, AKillAboveTheAnswerIsTheMemoryLimits) {
  JudgedTrial killed = At(100e3, TrialClass::kOom);
  killed.measurement.oom_killed = true;
  killed.judgement.reason = "the memory limit killed the sensor";
  const CauseFinding finding = Find({killed}, 200);
  EXPECT_EQ(finding.cause, Cause::kMemoryLimit);
  EXPECT_THAT(finding.detail, HasSubstr("at 100k syscalls/s: the memory limit killed"));
  // It may also die by itself.
  killed.measurement.oom_killed = false;
  EXPECT_EQ(CauseOf({killed}, 200), Cause::kUnknown);
}

TEST(FindCause, AKillAboveWhatTheCpuLimitsIsNotTheCause) {
  JudgedTrial late = At(100e3, TrialClass::kStrongBad);
  late.measurement.cpu_cores = 0.2;
  JudgedTrial killed = At(120e3, TrialClass::kOom);
  killed.measurement.oom_killed = true;
  EXPECT_EQ(CauseOf({late, killed}, 200), Cause::kCpuLimit);
  late.measurement.request.syscalls_per_sec = 120e3;
  killed.measurement.request.syscalls_per_sec = 100e3;
  EXPECT_EQ(CauseOf({late, killed}, 200), Cause::kMemoryLimit);
}

TEST(FindCause, ARoundThatSleptIsAtTheRateItMade) {
  JudgedTrial round = At(0, TrialClass::kStrongBad);
  round.measurement.request.sleep_between_actions = absl::Microseconds(100);
  round.measurement.achieved_syscalls_per_sec = 100e3;
  round.measurement.cpu_cores = 0.2;
  EXPECT_EQ(CauseOf({round}, 200), Cause::kCpuLimit);
}

TEST(FindCause, ANoisyHostHasNone) {
  JudgedTrial late = At(100e3, TrialClass::kStrongBad);
  late.measurement.cpu_cores = 0.2;
  SearchResult result;
  result.verdict = Verdict::kNoisyHost;
  result.upper_syscalls_per_sec = 100e3;
  EXPECT_EQ(FindCause(result, 200, {late}).cause, Cause::kUnknown);
}

TEST(FindCause, WhatLimitsFarAboveTheAnswerIsNotItsCause) {
  JudgedTrial overshoot = At(800e3, TrialClass::kStrongBad);
  overshoot.measurement.cpu_cores = 0.2;
  EXPECT_EQ(CauseOf({overshoot, At(100e3, TrialClass::kOutput)}, 200), Cause::kOutputQueue);
  // Unless there is nothing nearer.
  EXPECT_EQ(CauseOf({overshoot}, 200), Cause::kCpuLimit);
}

TEST(FindCause, OneThreadAtAFullCoreIsToldFromTheLimit) {
  JudgedTrial trial = At(100e3, TrialClass::kStrongBad);
  trial.measurement.cpu_cores = 1.0;
  trial.measurement.max_thread_cores = 0.98;
  EXPECT_EQ(CauseOf({trial}, 1100), Cause::kSingleThread);
  EXPECT_EQ(CauseOf({trial}, 0), Cause::kSingleThread);
  trial.measurement.cpu_throttled_ratio = 0.7;
  EXPECT_EQ(CauseOf({trial}, 1100), Cause::kCpuLimit);
}

TEST(FindCause, ARingIsNotBlamedWhereOthersHadTheCpus) {
  JudgedTrial trial = At(100e3, TrialClass::kStrongBad);
  trial.measurement.events = 1000;
  trial.measurement.drops = 100;
  trial.measurement.cpu_cores = 0.5;
  trial.measurement.max_thread_cores = 0.5;
  EXPECT_EQ(CauseOf({trial}, 1000), Cause::kRingBuffer);
  trial.measurement.runqueue_wait_ratio = 0.45;
  const CauseFinding finding = Find({trial}, 1000);
  EXPECT_EQ(finding.cause, Cause::kUnknown);
  EXPECT_THAT(finding.detail, HasSubstr("ready to run for 45% of the time"));
  // Its limit is still what it runs into, where it does.
  EXPECT_EQ(CauseOf({trial}, 500), Cause::kCpuLimit);
}

TEST(FindCause, TheHighestAllowedRateIsNobodysFault) {
  SearchResult result;
  result.verdict = Verdict::kGeneratorBound;
  result.flags = {std::string(kFlagMaxRate)};
  EXPECT_EQ(FindCause(result, 200, {}).cause, Cause::kUnknown);
}

}  // namespace
}  // namespace bench
