#include "worker/load/log_histogram.h"

#include <gtest/gtest.h>

#include <array>

namespace bench {
namespace {

TEST(LogHistogram, BucketsFollowEachOtherWithoutGaps) {
  for (int bucket = 0; bucket < kHistogramBuckets - 1; ++bucket) {
    const int64_t upper = HistogramUpperBoundNs(bucket);
    ASSERT_EQ(HistogramBucket(upper), bucket);
    ASSERT_EQ(HistogramBucket(upper + 1), bucket + 1);
  }
}

TEST(LogHistogram, ReadsBackAtMostAnEighthTooHigh) {
  for (int64_t ns = 1; ns < int64_t{1} << 35; ns = ns * 3 / 2 + 1) {
    const int64_t read = HistogramUpperBoundNs(HistogramBucket(ns));
    ASSERT_GE(read, ns);
    ASSERT_LE(static_cast<double>(read), 1.125 * static_cast<double>(ns));
  }
}

TEST(LogHistogram, CountsWhatIsOutOfRangeAtTheEnds) {
  EXPECT_EQ(HistogramBucket(-5), 0);
  EXPECT_EQ(HistogramBucket(INT64_MAX), kHistogramBuckets - 1);
}

TEST(LogHistogram, QuantilesAreThoseOfTheCounts) {
  std::array<int64_t, kHistogramBuckets> counts = {};
  EXPECT_EQ(HistogramQuantileNs(counts, 0.5), 0);
  counts[HistogramBucket(100)] = 98;
  counts[HistogramBucket(5000)] = 1;
  counts[HistogramBucket(1'000'000)] = 1;
  EXPECT_EQ(HistogramQuantileNs(counts, 0.5), HistogramUpperBoundNs(HistogramBucket(100)));
  EXPECT_EQ(HistogramQuantileNs(counts, 0.99), HistogramUpperBoundNs(HistogramBucket(5000)));
  EXPECT_EQ(HistogramQuantileNs(counts, 1), HistogramUpperBoundNs(HistogramBucket(1'000'000)));
}

TEST(LogHistogram, MeansAreNearThoseOfTheDurations) {
  std::array<int64_t, kHistogramBuckets> counts = {};
  EXPECT_EQ(HistogramMeanNs(counts), 0);
  counts[HistogramBucket(3000)] = 9;
  counts[HistogramBucket(1'000'000)] = 1;
  EXPECT_NEAR(static_cast<double>(HistogramMeanNs(counts)), 102'700, 0.07 * 102'700);
}

}  // namespace
}  // namespace bench
