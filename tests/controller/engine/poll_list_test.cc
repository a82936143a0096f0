#include "controller/engine/poll_list.h"

#include <gtest/gtest.h>

#include "controller/engine/progress_board.h"

namespace bench {
namespace {

std::shared_ptr<Poll> MakePoll(const std::string& node, absl::Duration deadline) {
  auto poll = std::make_shared<Poll>();
  poll->request.set_node(node);
  poll->deadline = deadline;
  return poll;
}

TEST(PollList, TakesOutWhoIsOverAndKeepsTheRest) {
  PollList polls;
  EXPECT_EQ(polls.NextDeadline(), absl::InfiniteDuration());
  auto first = MakePoll("n1", absl::Seconds(5));
  auto second = MakePoll("n2", absl::Seconds(9));
  auto third = MakePoll("n3", absl::Seconds(7));
  polls.Add(first);
  polls.Add(second);
  polls.Add(third);
  EXPECT_EQ(polls.NextDeadline(), absl::Seconds(5));
  EXPECT_TRUE(polls.TakeEnded(absl::Seconds(4), false).empty());
  second->given_up = true;
  EXPECT_EQ(polls.TakeEnded(absl::Seconds(5), false).size(), 2u);
  EXPECT_EQ(polls.NextDeadline(), absl::Seconds(7));
  EXPECT_TRUE(polls.TakeIf([](const Poll& poll) { return poll.request.node() == "n1"; }).empty());
  EXPECT_EQ(polls.TakeEnded(absl::ZeroDuration(), true).size(), 1u);
}

TEST(ProgressBoard, KeepsTheLastProgressAndANoteUntilItIsReplaced) {
  ProgressBoard board;
  v1::Progress progress;
  progress.set_run_id("r-1");
  progress.set_note("auto took the reference sensor");
  board.Set(progress);
  progress.set_note("");
  progress.set_stage("ramp");
  board.Set(progress);
  auto found = board.Of({"r-1", "r-2"});
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].stage(), "ramp");
  EXPECT_EQ(found[0].note(), "auto took the reference sensor");
  board.Erase("r-1");
  EXPECT_TRUE(board.Of({"r-1"}).empty());
}

}  // namespace
}  // namespace bench
