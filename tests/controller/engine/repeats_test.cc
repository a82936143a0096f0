#include "controller/engine/repeats.h"

#include <gtest/gtest.h>

namespace bench {
namespace {

v1::Run Answer(int cpu_millis, int repeat, double rate,
               v1::Result::Verdict verdict = v1::Result::SUSTAINABLE) {
  v1::Run run;
  run.set_node("n1");
  run.set_state(v1::Run::DONE);
  run.set_repeat(repeat);
  run.mutable_cell()->set_cpu_millis(cpu_millis);
  run.mutable_result()->set_verdict(verdict);
  run.mutable_result()->mutable_sustainable()->set_syscalls_per_sec(rate);
  return run;
}

TEST(SummarizeRepeats, TellsMedianAndSpreadOfEachCell) {
  const auto told =
      SummarizeRepeats({Answer(500, 1, 150e3), Answer(1000, 1, 300e3), Answer(500, 2, 170e3),
                        Answer(500, 3, 160e3), Answer(1000, 2, 310e3)});
  ASSERT_EQ(told.size(), 2u);
  EXPECT_EQ(told[0].cell().cpu_millis(), 500);
  EXPECT_EQ(told[0].node(), "n1");
  EXPECT_EQ(told[0].answers(), 3);
  EXPECT_DOUBLE_EQ(told[0].median_syscalls_per_sec(), 160e3);
  EXPECT_DOUBLE_EQ(told[0].lowest_syscalls_per_sec(), 150e3);
  EXPECT_DOUBLE_EQ(told[0].highest_syscalls_per_sec(), 170e3);
  EXPECT_DOUBLE_EQ(told[0].spread(), 20.0 / 160);
  EXPECT_DOUBLE_EQ(told[1].median_syscalls_per_sec(), 305e3);
}

TEST(SummarizeRepeats, WhatTheGeneratorBoundIsNoAnswerButALowerBound) {
  const auto told = SummarizeRepeats({Answer(500, 1, 150e3), Answer(500, 2, 154e3),
                                      Answer(500, 3, 90e3, v1::Result::GENERATOR_BOUND),
                                      Answer(2000, 1, 900e3, v1::Result::GENERATOR_BOUND),
                                      Answer(2000, 2, 920e3, v1::Result::GENERATOR_BOUND)});
  ASSERT_EQ(told.size(), 2u);
  EXPECT_EQ(told[0].answers(), 2);
  EXPECT_EQ(told[0].lower_bounds(), 1);
  EXPECT_DOUBLE_EQ(told[0].median_syscalls_per_sec(), 152e3);
  EXPECT_EQ(told[1].answers(), 0);
  EXPECT_EQ(told[1].lower_bounds(), 2);
  EXPECT_DOUBLE_EQ(told[1].median_syscalls_per_sec(), 910e3);
}

TEST(SummarizeRepeats, ThatNothingIsSustainedIsAnAnswer) {
  const auto told =
      SummarizeRepeats({Answer(500, 1, 0, v1::Result::BELOW_MINIMUM),
                        Answer(500, 2, 0, v1::Result::OUT_OF_MEMORY), Answer(500, 3, 1500)});
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(told[0].answers(), 3);
  EXPECT_DOUBLE_EQ(told[0].median_syscalls_per_sec(), 0);
  EXPECT_DOUBLE_EQ(told[0].highest_syscalls_per_sec(), 1500);
  EXPECT_DOUBLE_EQ(told[0].spread(), 0);
}

TEST(SummarizeRepeats, RunsWithoutAnAnswerAreNotCounted) {
  v1::Run queued = Answer(500, 4, 0, v1::Result::VERDICT_UNSPECIFIED);
  queued.set_state(v1::Run::QUEUED);
  const auto told =
      SummarizeRepeats({Answer(500, 1, 150e3), Answer(500, 2, 10e3, v1::Result::TIMED_OUT),
                        Answer(500, 3, 90e3, v1::Result::NOISY_HOST),
                        Answer(500, 5, 80e3, v1::Result::UNSTABLE), queued});
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(told[0].answers(), 1);
  EXPECT_DOUBLE_EQ(told[0].median_syscalls_per_sec(), 150e3);
  EXPECT_DOUBLE_EQ(told[0].spread(), 0);
}

TEST(SummarizeRepeats, OtherSettingsAndOtherNodesAreOtherGroups) {
  v1::Run preset = Answer(500, 2, 160e3);
  preset.mutable_cell()->set_buffer_preset(6);
  v1::Run elsewhere = Answer(500, 2, 170e3);
  elsewhere.set_node("n2");
  EXPECT_EQ(SummarizeRepeats({Answer(500, 1, 150e3), preset, elsewhere}).size(), 3u);
}

TEST(SummarizeRepeats, ASweepWithoutRepeatsHasNone) {
  EXPECT_TRUE(SummarizeRepeats({Answer(500, 1, 150e3), Answer(1000, 1, 300e3)}).empty());
}

}  // namespace
}  // namespace bench
