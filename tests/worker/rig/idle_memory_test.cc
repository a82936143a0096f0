#include "worker/rig/idle_memory.h"

#include <gtest/gtest.h>

namespace bench {
namespace {

constexpr LagSummary kInTime = {.count = 100, .late_share = 0.02};
constexpr LagSummary kLate = {.count = 100, .late_share = 0.6};

TEST(IdleMemory, GrowthKeptFromAnEarlierQueueStillCounts) {
  IdleMemory memory;
  memory.Idle(7, 40'000'000);
  EXPECT_EQ(memory.GrowthTo(90'000'000), 50'000'000);
  memory.Loaded(kLate);
  memory.Idle(7, 88'000'000);
  EXPECT_EQ(memory.GrowthTo(90'000'000), 50'000'000);
  memory.Loaded(kInTime);  // a clean trial between two overloaded ones gives nothing back
  memory.Idle(7, 88'000'000);
  EXPECT_EQ(memory.GrowthTo(89'000'000), 49'000'000);
}

TEST(IdleMemory, FollowsASensorThatWarmsUp) {
  IdleMemory memory;
  memory.Idle(7, 40'000'000);
  memory.Loaded(kInTime);
  memory.Idle(7, 47'000'000);
  EXPECT_EQ(memory.GrowthTo(48'000'000), 1'000'000);
}

TEST(IdleMemory, ANewProcessBeginsAnew) {
  IdleMemory memory;
  memory.Idle(7, 40'000'000);
  memory.Loaded(kLate);
  memory.Idle(8, 60'000'000);
  EXPECT_EQ(memory.GrowthTo(61'000'000), 1'000'000);
}

TEST(IdleMemory, WhatIsNotKnownHasNotGrown) {
  IdleMemory memory;
  EXPECT_EQ(memory.GrowthTo(40'000'000), 0);
  memory.Idle(7, 40'000'000);
  EXPECT_EQ(memory.GrowthTo(0), 0);
  memory.Idle(7, 0);
  EXPECT_EQ(memory.GrowthTo(41'000'000), 1'000'000);
}

}  // namespace
}  // namespace bench
