#include "controller/scheduler/run_state.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bench {
namespace {

using ::testing::HasSubstr;

constexpr absl::Duration kTtl = absl::Seconds(30);
const absl::Duration kStart = absl::Hours(1);

RunState Queued(int max_attempts) {
  RunState run;
  run.id = "r-1";
  run.max_attempts = max_attempts;
  return run;
}

RunState Running(int max_attempts) {
  return Granted(Queued(max_attempts), "n1", kStart, kTtl);
}

TEST(RunState, AGrantStartsAnAttemptUnderANewEpoch) {
  RunState run = Running(3);
  EXPECT_EQ(run.phase, RunPhase::kRunning);
  EXPECT_EQ(run.node, "n1");
  EXPECT_EQ(run.attempt, 1);
  EXPECT_EQ(run.epoch, 1);
  EXPECT_EQ(run.lease_until, kStart + kTtl);
}

TEST(RunState, AReportRenewsTheLease) {
  auto run = Renewed(Running(1), 1, kStart + absl::Seconds(20), kTtl);
  ASSERT_TRUE(run.ok());
  EXPECT_EQ(run->lease_until, kStart + absl::Seconds(50));
  EXPECT_EQ(Expired(*run, kStart + absl::Seconds(49)).phase, RunPhase::kRunning);
}

TEST(RunState, RefusesAnotherEpochThanTheLeases) {
  for (int64_t epoch : {0, 2, -1}) {
    auto run = Renewed(Running(1), epoch, kStart, kTtl);
    EXPECT_TRUE(absl::IsFailedPrecondition(run.status())) << epoch;
    EXPECT_THAT(std::string(run.status().message()), HasSubstr("drop the run"));
    EXPECT_FALSE(Finished(Running(1), epoch, Ending::kAnswered, "").ok()) << epoch;
  }
}

TEST(RunState, ALeaseThatRanOutGoesBackToTheQueueAndFencesItsHolder) {
  RunState run = Expired(Running(2), kStart + kTtl);
  EXPECT_EQ(run.phase, RunPhase::kQueued);
  EXPECT_THAT(run.reason, HasSubstr("n1"));
  EXPECT_FALSE(Renewed(run, 1, kStart, kTtl).ok());
  EXPECT_FALSE(Finished(run, 1, Ending::kAnswered, "").ok());
  RunState again = Granted(run, "n2", kStart + kTtl, kTtl);
  EXPECT_EQ(again.attempt, 2);
  EXPECT_GT(again.epoch, 1);
  EXPECT_FALSE(Renewed(again, 1, kStart + kTtl, kTtl).ok());
}

TEST(RunState, FailsWithAReasonWhenTheLastAttemptsLeaseRunsOut) {
  RunState run = Granted(Expired(Running(2), kStart + kTtl), "n2", kStart + kTtl, kTtl);
  run = Expired(run, kStart + 2 * kTtl);
  EXPECT_EQ(run.phase, RunPhase::kFailed);
  EXPECT_THAT(run.reason, HasSubstr("n2"));
  EXPECT_THAT(run.reason, HasSubstr("last of 2 attempts"));
}

TEST(RunState, AnAnswerEndsItForGood) {
  RunState run = *Finished(Running(3), 1, Ending::kAnswered, "");
  EXPECT_EQ(run.phase, RunPhase::kDone);
  EXPECT_EQ(Expired(run, absl::InfiniteDuration()).phase, RunPhase::kDone);
  EXPECT_EQ(CancelRequested(run, "cancelled").phase, RunPhase::kDone);
  EXPECT_FALSE(Renewed(run, 1, kStart, kTtl).ok());
}

TEST(RunState, TheSameFinishTwiceChangesNothing) {
  for (Ending ending : {Ending::kAnswered, Ending::kFailed, Ending::kRetryableFailure}) {
    RunState once = *Finished(Running(2), 1, ending, "why");
    auto twice = Finished(once, 1, ending, "why");
    ASSERT_TRUE(twice.ok());
    EXPECT_EQ(twice->phase, once.phase);
    EXPECT_EQ(twice->epoch, once.epoch);
    EXPECT_EQ(twice->attempt, once.attempt);
  }
}

TEST(RunState, OnlyARetryableFailureIsTriedAgain) {
  EXPECT_EQ(Finished(Running(3), 1, Ending::kRetryableFailure, "x")->phase, RunPhase::kQueued);
  EXPECT_EQ(Finished(Running(3), 1, Ending::kFailed, "x")->phase, RunPhase::kFailed);
  RunState last = *Finished(Running(1), 1, Ending::kRetryableFailure, "no BPF");
  EXPECT_EQ(last.phase, RunPhase::kFailed);
  EXPECT_EQ(last.reason, "no BPF");
}

TEST(RunState, AWorkerThatWasStoppedLeavesTheRunToAnother) {
  RunState run = *Finished(Running(2), 1, Ending::kStopped, "");
  EXPECT_EQ(run.phase, RunPhase::kQueued);
  EXPECT_THAT(run.reason, HasSubstr("was stopped"));
}

TEST(RunState, CancelsAtOnceWhatIsQueued) {
  RunState run = CancelRequested(Queued(1), "cancelled");
  EXPECT_EQ(run.phase, RunPhase::kCancelled);
  EXPECT_EQ(run.reason, "cancelled");
}

TEST(RunState, ARunningRunIsCancelledWhenItsWorkerStopsOrVanishes) {
  RunState run = CancelRequested(Running(3), "cancelled");
  EXPECT_EQ(run.phase, RunPhase::kRunning);
  EXPECT_TRUE(run.cancel_requested);
  EXPECT_TRUE(Renewed(run, 1, kStart, kTtl)->cancel_requested);
  EXPECT_EQ(Finished(run, 1, Ending::kStopped, "")->phase, RunPhase::kCancelled);
  EXPECT_EQ(Finished(run, 1, Ending::kRetryableFailure, "x")->phase, RunPhase::kCancelled);
  EXPECT_EQ(Expired(run, kStart + kTtl).phase, RunPhase::kCancelled);
}

TEST(RunState, AnAnswerThatCameBeforeTheCancellationIsKept) {
  RunState run = *Finished(CancelRequested(Running(1), "cancelled"), 1, Ending::kAnswered, "");
  EXPECT_EQ(run.phase, RunPhase::kDone);
  EXPECT_EQ(run.reason, "");
}

TEST(RunState, ARestartGivesOneFreshLeaseUnderTheSameEpoch) {
  RunState run = Restored(Running(1), absl::Seconds(5), kTtl);
  EXPECT_EQ(run.lease_until, absl::Seconds(35));
  EXPECT_EQ(run.epoch, 1);
  EXPECT_EQ(Restored(Queued(1), absl::Seconds(5), kTtl).phase, RunPhase::kQueued);
}

}  // namespace
}  // namespace bench
