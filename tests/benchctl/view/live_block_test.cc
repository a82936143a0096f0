#include "benchctl/view/live_block.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "benchctl/view/display_width.h"
#include "tests/benchctl/view/messages.h"

namespace bench {
namespace {

using ::testing::ElementsAre;

TEST(LiveBlock, ShowsWhereTheCampaignAndItsRunStand) {
  EXPECT_THAT(RenderLiveBlock(ProgressOfThree(), {.width = 100}),
              ElementsAre("Campaign c1  [#######-------------] 1/3 runs  ETA 3m25s",
                          "[2/3 cpu=1 memory=512Mi] bisection 6/10s, trial 7, 1m05s",
                          "  offered 182k   syscalls/s  sensor 184k   events/s  drops 0  lag 12 ms",
                          "  cpu 0.81 of 1.00 [########--]  bracket 153k-216k syscalls/s"));
}

TEST(LiveBlock, NeverExceedsTheTerminal) {
  for (int width : {1, 2, 20, 40, 79}) {
    for (const std::string& line : RenderLiveBlock(ProgressOfThree(), {.width = width})) {
      EXPECT_LE(DisplayWidth(line), static_cast<size_t>(width)) << width << ": " << line;
    }
  }
}

TEST(LiveBlock, BeforeTheFirstLeaseItWaitsForAWorker) {
  v1::GetProgressResponse progress = ProgressOfThree();
  progress.clear_progress();
  progress.mutable_runs(0)->set_state(v1::Run::QUEUED);
  EXPECT_THAT(RenderLiveBlock(progress, {.width = 100}),
              ElementsAre("Campaign c1  [--------------------] 0/3 runs", "waiting for a worker"));
}

TEST(LiveBlock, CountsTheRunsThatDoNotFit) {
  v1::GetProgressResponse progress = ProgressOfThree();
  *progress.add_progress() = progress.progress(0);
  *progress.add_progress() = progress.progress(0);
  auto lines = RenderLiveBlock(progress, {.width = 100, .most_runs = 1});
  EXPECT_EQ(lines.size(), 5u);
  EXPECT_EQ(lines.back(), "and 2 more running");
}

TEST(LiveBlock, AnEndedRunLeavesItAndTheEndHasNoEta) {
  v1::GetProgressResponse progress = ProgressOfThree();
  for (v1::Run& run : *progress.mutable_runs()) run.set_state(v1::Run::CANCELLED);
  EXPECT_THAT(RenderLiveBlock(progress, {.width = 100}),
              ElementsAre("Campaign c1  [####################] 3/3 runs"));
}

TEST(LiveBlock, ALimitlessCellHasNoBar) {
  v1::GetProgressResponse progress = ProgressOfThree();
  progress.mutable_runs(1)->mutable_cell()->set_cpu_millis(0);
  progress.mutable_progress(0)->clear_upper_syscalls_per_sec();
  EXPECT_EQ(RenderLiveBlock(progress, {.width = 100}).back(),
            "  cpu 0.81 of no limit  bracket above 153k syscalls/s");
}

TEST(RemainingSeconds, GoesByTheEndedRunsThenByTheEstimate) {
  v1::GetProgressResponse progress = ProgressOfThree();
  EXPECT_DOUBLE_EQ(RemainingSeconds(progress, 1000), 2 * 135 - 65);
  progress.mutable_runs(0)->set_state(v1::Run::QUEUED);
  EXPECT_DOUBLE_EQ(RemainingSeconds(progress, 100), 3 * 100 - 65);
  EXPECT_LT(RemainingSeconds(progress, 0), 0);
}

TEST(RemainingSeconds, ARunThatTakesLongerThanExpectedDoesNotTurnItNegative) {
  v1::GetProgressResponse progress = ProgressOfThree();
  progress.mutable_progress(0)->set_elapsed_sec(10000);
  EXPECT_DOUBLE_EQ(RemainingSeconds(progress, 0), 135);
}

}  // namespace
}  // namespace bench
