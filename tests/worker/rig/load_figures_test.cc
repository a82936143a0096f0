#include "worker/rig/load_figures.h"

#include <gtest/gtest.h>

namespace bench {
namespace {

TEST(FillStalls, ARealTimeProbeTellsTheHostsStalls) {
  TrialMeasurement trial;
  FillStalls({.max_stall = absl::Milliseconds(40), .real_time = true}, &trial);
  EXPECT_DOUBLE_EQ(trial.host_max_stall_ms, 40);
}

TEST(FillStalls, WhatAnOrdinaryThreadWaitedForIsNoStall) {
  TrialMeasurement trial;
  FillStalls({.max_stall = absl::Milliseconds(40)}, &trial);
  EXPECT_EQ(trial.host_max_stall_ms, 0);
}

}  // namespace
}  // namespace bench
