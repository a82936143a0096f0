#include "worker/load/stall_probe.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include "absl/time/clock.h"
#include "worker/load/stall_recorder.h"

namespace bench {
namespace {

constexpr int64_t kMs = 1'000'000;

TEST(StallRecorder, KeepsTheLongest) {
  StallRecorder recorder;
  recorder.Reset(0);
  for (int64_t late : {1 * kMs, 7 * kMs, 4 * kMs, 6 * kMs}) {
    recorder.WillSleepUntil(100 * kMs);
    recorder.Woke(100 * kMs + late);
  }
  EXPECT_EQ(recorder.MaxNs(200 * kMs), 7 * kMs);
}

TEST(StallRecorder, SeesAStallThatStillLasts) {
  StallRecorder recorder;
  recorder.Reset(0);
  recorder.WillSleepUntil(10 * kMs);
  EXPECT_EQ(recorder.MaxNs(9 * kMs), 0);
  EXPECT_EQ(recorder.MaxNs(50 * kMs), 40 * kMs);
}

TEST(StallRecorder, CountsFromTheResetOn) {
  StallRecorder recorder;
  recorder.Reset(0);
  recorder.WillSleepUntil(10 * kMs);
  recorder.Reset(40 * kMs);
  recorder.Woke(60 * kMs);
  EXPECT_EQ(recorder.MaxNs(60 * kMs), 20 * kMs);
}

TEST(StallProbePeriod, KeepsToHalfAPercentOfACpu) {
  EXPECT_EQ(StallProbePeriodNs(0), 1 * kMs);
  EXPECT_EQ(StallProbePeriodNs(5'000), 1 * kMs);
  EXPECT_EQ(StallProbePeriodNs(25'000), 5 * kMs);
  EXPECT_EQ(StallProbePeriodNs(1'000'000), 10 * kMs);
}

absl::Duration CpuOfThisProcess() {
  rusage usage = {};
  getrusage(RUSAGE_SELF, &usage);
  return absl::DurationFromTimeval(usage.ru_utime) + absl::DurationFromTimeval(usage.ru_stime);
}

TEST(StallProbe, WakesAndCostsLittle) {
  StallProbe probe;
  probe.Reset();
  const absl::Duration before = CpuOfThisProcess();
  const absl::Time start = absl::Now();
  absl::SleepFor(absl::Seconds(2));
  const absl::Duration cpu = CpuOfThisProcess() - before;
  const double cores = absl::FDivDuration(cpu, absl::Now() - start);
  const StallReading reading = probe.Read();
  RecordProperty("cores_permille", static_cast<int>(cores * 1000));
  // No wake-up is exactly on time: zero would mean that the threads don't run.
  EXPECT_GT(reading.max_stall, absl::ZeroDuration());
  EXPECT_GE(reading.period, absl::Milliseconds(1));
  EXPECT_LE(reading.period, absl::Milliseconds(10));
  // Far above what it takes (about 1% for two CPUs): catches a busy loop.
  EXPECT_LT(cores, 0.3);
}

TEST(StallProbe, ResetForgets) {
  StallProbe probe;
  absl::SleepFor(absl::Milliseconds(50));
  probe.Reset();
  // At most what has passed since, however the host behaves.
  const absl::Time before = absl::Now();
  probe.Reset();
  const StallReading reading = probe.Read();
  EXPECT_LE(reading.max_stall, absl::Now() - before + absl::Milliseconds(1));
}

}  // namespace
}  // namespace bench
