#include "worker/load/generator_loop.h"

#include <gtest/gtest.h>

#include <numeric>

#include "tests/fakes/temp_dir.h"

namespace bench {
namespace {

int64_t Samples(const SharedHistogram& histogram) {
  std::array<int64_t, kHistogramBuckets> counts = {};
  histogram.AddTo(counts);
  return std::accumulate(counts.begin(), counts.end(), int64_t{0});
}

TEST(SampleEvery, VisitsEveryStepOfAnyCycle) {
  for (int steps = 1; steps <= kMaxCycleSteps; ++steps) {
    const int every = SampleEvery(steps);
    ASSERT_EQ(std::gcd(every, steps), 1) << steps;
    ASSERT_GE(every, 61);
    ASSERT_LE(every, 80) << steps;
  }
}

TEST(GeneratorLoop, MeasuresTheRareActionOfACycleOfSixtyOneSteps) {
  const auto mix = MakeMix({.parts = {{"filler-read", 60}, {"filler-write", 1}}});
  ASSERT_TRUE(mix.ok()) << mix.status();
  ASSERT_EQ(mix->cycle.size(), 61u);
  const TempDir scratch;
  auto actions = PreparedActions::Prepare(
      *mix, {.marker = "falco-bench-loop-test", .scratch_dir = scratch.path()});
  ASSERT_TRUE(actions.ok()) << actions.status();
  auto stats = SharedStats::Create();
  ASSERT_TRUE(stats.ok()) << stats.status();
  ClosedLoopPacer pacer(/*sleep_ns=*/0, /*process=*/0, /*processes=*/1);
  GeneratorLoop loop(*mix, *actions, nullptr, CanarySchedule(0, 1), pacer, **stats,
                     {.duration_ns = 100'000'000, .latency_every = SampleEvery(61)});
  loop.Run(MonotonicNs(), std::atomic<bool>(false));
  EXPECT_GT((*stats)->issued_syscalls.Get(), 61 * 61);
  for (size_t i = 0; i < mix->actions.size(); ++i) {
    EXPECT_GT(Samples((*stats)->latency[i]), 0) << mix->actions[i]->name;
  }
}

}  // namespace
}  // namespace bench
