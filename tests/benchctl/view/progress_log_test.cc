#include "benchctl/view/progress_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/benchctl/view/messages.h"

namespace bench {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

constexpr char kEnded[] =
    "[1/3 cpu=500m memory=512Mi] SUSTAINABLE 153k syscalls/s (153k-160k) in 2m15s";

TEST(ProgressLog, SaysEachStageTrialAndEndOnce) {
  ProgressLog log(ProgressLog::Detail::kTrials);
  v1::GetProgressResponse progress = ProgressOfThree();
  EXPECT_THAT(log.Update(progress), ElementsAre(kEnded, "[2/3 cpu=1 memory=512Mi] bisection"));
  EXPECT_THAT(log.Update(progress), IsEmpty());

  *progress.add_trials() = JudgedTrial("r2", 7, v1::Trial::BISECTION, 182000, v1::Trial::GOOD);
  progress.mutable_progress(0)->set_stage("confirmation");
  EXPECT_THAT(log.Update(progress),
              ElementsAre("[2/3 cpu=1 memory=512Mi] trial 7 bisection 182k syscalls/s: GOOD (lag "
                          "12 ms, loss 0%, cpu 0.81)",
                          "[2/3 cpu=1 memory=512Mi] confirmation"));
}

TEST(ProgressLog, ATrialStandsBelowTheLineOfItsStage) {
  ProgressLog log(ProgressLog::Detail::kTrials);
  v1::GetProgressResponse progress = ProgressOfThree();
  *progress.add_trials() = JudgedTrial("r2", 6, v1::Trial::RAMP, 216000, v1::Trial::BAD);
  *progress.add_trials() = JudgedTrial("r2", 7, v1::Trial::BISECTION, 182000, v1::Trial::GOOD);
  EXPECT_THAT(log.Update(progress),
              ElementsAre(StartsWith("[2/3 cpu=1 memory=512Mi] trial 6 ramp"),
                          "[2/3 cpu=1 memory=512Mi] bisection",
                          StartsWith("[2/3 cpu=1 memory=512Mi] trial 7 bisection"), kEnded));
}

TEST(ProgressLog, ATrialThatIsNotJudgedShowsWhatItSaw) {
  ProgressLog log(ProgressLog::Detail::kTrials);
  v1::GetProgressResponse progress = ProgressOfThree();
  log.Update(progress);
  v1::Trial trial = JudgedTrial("r2", 1, v1::Trial::BASELINE, 0, v1::Trial::UNJUDGED);
  trial.set_events(1200);
  trial.set_lag_median_ms(-1);
  *progress.add_trials() = trial;
  EXPECT_THAT(log.Update(progress),
              ElementsAre("[2/3 cpu=1 memory=512Mi] trial 1 baseline: 120 events/s (lag -, loss "
                          "0%, cpu 0.81)"));
}

TEST(ProgressLog, NotesAreSaidOnceWhateverTheRun) {
  ProgressLog log(ProgressLog::Detail::kResults);
  v1::GetProgressResponse progress = ProgressOfThree();
  progress.mutable_progress(0)->set_note("sensor auto: no Falco here, taking the reference sensor");
  EXPECT_THAT(log.Update(progress),
              ElementsAre("sensor auto: no Falco here, taking the reference sensor", kEnded));
  progress.mutable_progress(0)->set_run_id("r3");
  EXPECT_THAT(log.Update(progress), IsEmpty());
}

TEST(ProgressLog, ReasonsComeOnlyWhenAskedFor) {
  v1::GetProgressResponse progress = ProgressOfThree();
  v1::Trial trial = JudgedTrial("r2", 7, v1::Trial::RAMP, 182000, v1::Trial::BAD);
  trial.set_reason("lost 1.2% of the events");
  trial.set_loss_ratio(0.012);
  *progress.add_trials() = trial;
  ProgressLog brief(ProgressLog::Detail::kResults);
  EXPECT_THAT(brief.Update(progress), ElementsAre(kEnded));
  ProgressLog full(ProgressLog::Detail::kReasons);
  EXPECT_THAT(full.Update(progress),
              ElementsAre("[2/3 cpu=1 memory=512Mi] trial 7 ramp 182k syscalls/s: BAD (lag 12 ms, "
                          "loss 1.2%, cpu 0.81)",
                          "[2/3 cpu=1 memory=512Mi]   lost 1.2% of the events", kEnded,
                          "[2/3 cpu=1 memory=512Mi] bisection"));
}

TEST(ProgressLog, DoublingShowsItsOwnLinesWhenAskedForMore) {
  v1::GetProgressResponse progress = ProgressOfThree();
  for (v1::Run& run : *progress.mutable_runs()) run.mutable_result()->add_report("round #1: clean");
  ProgressLog searching(ProgressLog::Detail::kReasons);
  EXPECT_THAT(searching.Update(progress), Not(Contains(HasSubstr("round #1"))));
  progress.mutable_campaign()->mutable_spec()->set_method("doubling");
  ProgressLog full(ProgressLog::Detail::kReasons);
  EXPECT_THAT(full.Update(progress), Contains(HasSubstr("  round #1: clean")));
  ProgressLog brief(ProgressLog::Detail::kTrials);
  EXPECT_THAT(brief.Update(progress), Not(Contains(HasSubstr("round #1"))));
}

TEST(ProgressLog, ANewAttemptIsAnnounced) {
  ProgressLog log(ProgressLog::Detail::kResults);
  v1::GetProgressResponse progress = ProgressOfThree();
  log.Update(progress);
  progress.mutable_runs(1)->set_attempt(2);
  EXPECT_THAT(log.Update(progress),
              ElementsAre("[2/3 cpu=1 memory=512Mi] attempt 2: the one before it did not come to "
                          "an end"));
}

TEST(ProgressLog, AFailedRunSaysWhy) {
  ProgressLog log(ProgressLog::Detail::kResults);
  v1::GetProgressResponse progress = ProgressOfThree();
  log.Update(progress);
  v1::Run* run = progress.mutable_runs(1);
  run->set_state(v1::Run::FAILED);
  run->mutable_result()->set_verdict(v1::Result::FAILED);
  run->mutable_result()->set_message("the sensor exited at once");
  EXPECT_THAT(log.Update(progress),
              ElementsAre("[2/3 cpu=1 memory=512Mi] FAILED: the sensor exited at once"));
}

}  // namespace
}  // namespace bench
