#include "worker/search/doubling_search.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/worker/search/scripted_search.h"

namespace bench {
namespace {

using testing::ElementsAre;

// An action makes three system calls and takes 4 us; more than `capacity` syscalls/s are dropped.
ScriptedJudge Sensor(double capacity) {
  return [capacity](const TrialRequest& request) {
    TrialOutcome outcome = Outcome(request, TrialClass::kGood);
    double per_sec = 1 / (absl::ToDoubleSeconds(request.sleep_between_actions) + 4e-6);
    outcome.achieved_actions_per_sec = per_sec;
    outcome.achieved_syscalls_per_sec = 3 * per_sec;
    if (outcome.achieved_syscalls_per_sec > capacity) outcome.drops = 7;
    outcome.alerts_expected = 100;
    outcome.alerts_received = outcome.drops > 0 ? 91 : 100;
    outcome.sensor_cpu_cores = 0.123;
    return outcome;
  };
}

TEST(DoublingSearch, HalvesTheSleepEachRoundAndRestsBetween) {
  DoublingSearch search(SearchOptions{});
  ScriptedRun run = Drive(search, Sensor(130));
  std::vector<absl::Duration> sleeps;
  for (const TrialOutcome& outcome : run.outcomes) {
    EXPECT_EQ(outcome.request.phase, TrialPhase::kDoubling);
    EXPECT_EQ(outcome.request.duration, absl::Seconds(5));
    EXPECT_EQ(outcome.request.rest_after, absl::Seconds(5));
    sleeps.push_back(outcome.request.sleep_between_actions);
  }
  EXPECT_THAT(sleeps, ElementsAre(absl::Milliseconds(100), absl::Milliseconds(50),
                                  absl::Milliseconds(25), absl::Microseconds(12500)));
}

TEST(DoublingSearch, AnswersWithTheLastRoundBeforeTheFirstDrop) {
  DoublingSearch search(SearchOptions{});
  ScriptedRun run = Drive(search, Sensor(100e3));
  EXPECT_EQ(run.result.verdict, Verdict::kSustainable);
  size_t last = run.outcomes.size() - 1;
  EXPECT_EQ(run.outcomes[last].drops, 7);
  EXPECT_EQ(run.result.upper_syscalls_per_sec, run.outcomes[last].achieved_syscalls_per_sec);
  EXPECT_EQ(run.result.sustainable_syscalls_per_sec,
            run.outcomes[last - 1].achieved_syscalls_per_sec);
  EXPECT_LE(run.result.sustainable_syscalls_per_sec, 100e3);
}

TEST(DoublingSearch, IgnoresAllButDrops) {
  DoublingSearch search(SearchOptions{});
  ScriptedRun run = Drive(search, [](const TrialRequest& request) {
    TrialOutcome outcome = Sensor(100e3)(request);
    outcome.judgement.trial_class = TrialClass::kStrongBad;
    return outcome;
  });
  EXPECT_GT(run.trials(), 10);
}

TEST(DoublingSearch, FlatOutWithoutADropIsGeneratorBound) {
  DoublingSearch search(SearchOptions{});
  ScriptedRun run = Drive(search, Sensor(1e9));
  EXPECT_EQ(run.result.verdict, Verdict::kGeneratorBound);
  EXPECT_EQ(run.outcomes.back().request.sleep_between_actions, absl::ZeroDuration());
  EXPECT_EQ(run.outcomes.back().request.syscalls_per_sec, SearchOptions{}.max_syscalls_per_sec);
  EXPECT_NEAR(run.result.sustainable_syscalls_per_sec, 3 / 4e-6, 1);
  EXPECT_EQ(run.result.upper_syscalls_per_sec, 0);
  EXPECT_LE(run.elapsed, absl::Minutes(5));
}

TEST(DoublingSearch, ADropInTheFirstRoundIsBelowMinimum) {
  DoublingSearch search(SearchOptions{});
  ScriptedRun run = Drive(search, Sensor(1));
  EXPECT_EQ(run.result.verdict, Verdict::kBelowMinimum);
  EXPECT_EQ(run.trials(), 1);
  EXPECT_EQ(run.result.sustainable_syscalls_per_sec, 0);
}

TEST(DoublingSearch, ADeadSensorEndsIt) {
  for (int dies_in : {1, 4}) {
    DoublingSearch search(SearchOptions{});
    int round = 0;
    ScriptedRun run = Drive(search, [&](const TrialRequest& request) {
      TrialOutcome outcome = Sensor(1e9)(request);
      if (++round == dies_in) outcome.judgement.trial_class = TrialClass::kOom;
      return outcome;
    });
    EXPECT_EQ(run.trials(), dies_in);
    EXPECT_EQ(run.result.verdict, dies_in == 1 ? Verdict::kOutOfMemory : Verdict::kSustainable);
  }
}

TEST(DoublingSearch, ReportsInTheWordsOfEventGenerator) {
  DoublingSearch search(SearchOptions{});
  ScriptedRun run = Drive(search, Sensor(50));
  EXPECT_THAT(
      run.result.report,
      ElementsAre("INFO round #1 sleep=100ms", "INFO resting...",
                  "INFO statistics cpu=\"12.3%\" lost=\"0%\" throughput=\"10.0 EPS\" drops=0",
                  "INFO round #2 sleep=50ms", "INFO resting...",
                  "INFO statistics cpu=\"12.3%\" lost=\"9%\" throughput=\"20.0 EPS\" drops=7"));
}

}  // namespace
}  // namespace bench
