#include "worker/rig/process_usage.h"

#include <gtest/gtest.h>
#include <sched.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "absl/time/clock.h"

namespace bench {
namespace {

TEST(ParseWaitSeconds, ReadsWhatKernelsWrite) {
  EXPECT_DOUBLE_EQ(*ParseWaitSeconds("48213377112 3172004119 20611\n"), 3.172004119);
  EXPECT_DOUBLE_EQ(*ParseWaitSeconds("0 0 0\n"), 0);  // no account is kept
}

TEST(ParseWaitSeconds, SaysNothingOfWhatItCantRead) {
  for (const char* text : {"", "\n", "12", "12 13", "12 x 3", "12 -5 3"}) {
    EXPECT_FALSE(ParseWaitSeconds(text)) << text;
  }
}

TEST(LargestGain, IsThatOfTheThreadThatGainedMost) {
  EXPECT_DOUBLE_EQ(LargestGain({{1, 10}, {2, 5}}, {{1, 10.5}, {2, 7}}), 2);
  EXPECT_DOUBLE_EQ(LargestGain({{1, 10}}, {{1, 10.5}, {3, 0.75}}), 0.75) << "a new thread";
  EXPECT_DOUBLE_EQ(LargestGain({{1, 10}, {2, 5}}, {}), 0) << "all are gone";
}

TEST(ThreadWaitSeconds, GrowWhileAnotherThreadHasTheCpu) {
  if (ThreadWaitSeconds(getpid()).empty()) GTEST_SKIP() << "this kernel tells no waiting times";
  std::atomic<bool> stop = false;
  const auto spin = [&stop] {
    while (!stop) {
    }
  };
  const ThreadSeconds before = ThreadWaitSeconds(getpid());
  cpu_set_t all;
  sched_getaffinity(0, sizeof all, &all);
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(sched_getcpu(), &one);
  sched_setaffinity(0, sizeof one, &one);  // which the threads inherit
  std::thread first(spin);
  std::thread second(spin);
  absl::SleepFor(absl::Milliseconds(300));
  const ThreadSeconds after = ThreadWaitSeconds(getpid());
  stop = true;
  first.join();
  second.join();
  sched_setaffinity(0, sizeof all, &all);
  EXPECT_GT(LargestGain(before, after), 0.05);
}

TEST(ThreadSeconds, OfNobodyAreNone) {
  EXPECT_TRUE(ThreadCpuSeconds(0).empty());
  EXPECT_TRUE(ThreadWaitSeconds(-1).empty());
}

}  // namespace
}  // namespace bench
