#include "controller/scheduler/run_queue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bench {
namespace {

constexpr absl::Duration kTtl = absl::Seconds(30);

RunState Queued(const std::string& id, int64_t position, const std::string& node = "") {
  RunState run;
  run.id = id;
  run.campaign_id = "c";
  run.position = position;
  run.wanted_node = node;
  run.max_attempts = 2;
  return run;
}

std::string NextId(const RunQueue& queue, const std::string& node) {
  const RunState* run = queue.NextFor(node);
  return run == nullptr ? "" : run->id;
}

TEST(RunQueue, GivesTheForemostRunThatTheNodeMayTake) {
  RunQueue queue;
  EXPECT_EQ(NextId(queue, "n1"), "");
  queue.Put(Queued("r3", 3));
  queue.Put(Queued("r2", 2, "n2"));
  queue.Put(Queued("r4", 1, "n1"));
  EXPECT_EQ(NextId(queue, "n1"), "r4");
  EXPECT_EQ(NextId(queue, "n2"), "r2");
  EXPECT_EQ(NextId(queue, "n3"), "r3");
}

TEST(RunQueue, ANodeRunsOneRunAtATime) {
  RunQueue queue;
  queue.Put(Queued("r1", 1));
  queue.Put(Queued("r2", 2));
  RunState running = Granted(*queue.NextFor("n1"), "n1", absl::ZeroDuration(), kTtl);
  queue.Put(running);
  EXPECT_EQ(NextId(queue, "n1"), "");
  EXPECT_EQ(NextId(queue, "n2"), "r2");
  EXPECT_EQ(queue.RunningOn("n1")->id, "r1");
  queue.Put(*Finished(running, 1, Ending::kAnswered, ""));
  EXPECT_EQ(NextId(queue, "n1"), "r2");
  EXPECT_EQ(queue.Find("r1"), nullptr);
  EXPECT_EQ(queue.size(), 1u);
}

TEST(RunQueue, ARunThatComesBackKeepsItsPlace) {
  RunQueue queue;
  queue.Put(Queued("r1", 1));
  queue.Put(Queued("r2", 2));
  queue.Put(Granted(*queue.NextFor("n1"), "n1", absl::ZeroDuration(), kTtl));
  ASSERT_TRUE(queue.ExpiredAt(kTtl - absl::Seconds(1)).empty());
  auto expired = queue.ExpiredAt(kTtl);
  ASSERT_EQ(expired.size(), 1u);
  queue.Put(Expired(expired[0], kTtl));
  EXPECT_EQ(NextId(queue, "n2"), "r1");
}

TEST(RunQueue, FindsTheRunsOfACampaignInOrder) {
  RunQueue queue;
  queue.Put(Queued("rb", 2));
  queue.Put(Queued("ra", 3));
  RunState other = Queued("rc", 1);
  other.campaign_id = "d";
  queue.Put(other);
  auto runs = queue.OfCampaign("c");
  ASSERT_EQ(runs.size(), 2u);
  EXPECT_EQ(runs[0].id, "rb");
  EXPECT_EQ(runs[1].id, "ra");
  queue.Clear();
  EXPECT_EQ(queue.size(), 0u);
  EXPECT_EQ(NextId(queue, "n1"), "");
}

}  // namespace
}  // namespace bench
