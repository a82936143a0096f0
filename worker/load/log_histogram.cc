#include "worker/load/log_histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace bench {
namespace {

constexpr int kSubBits = 3;
static_assert(kHistogramSubBuckets == 1 << kSubBits);

}  // namespace

// Values below 8 have a bucket each; above, the highest bit and the three after it choose.
int HistogramBucket(int64_t ns) {
  if (ns < kHistogramSubBuckets) return static_cast<int>(std::max<int64_t>(0, ns));
  const int shift = std::bit_width(static_cast<uint64_t>(ns)) - 1 - kSubBits;
  const int bucket = shift * kHistogramSubBuckets + static_cast<int>(ns >> shift);
  return std::min(bucket, kHistogramBuckets - 1);
}

int64_t HistogramUpperBoundNs(int bucket) {
  if (bucket < kHistogramSubBuckets) return bucket;
  const int shift = bucket / kHistogramSubBuckets - 1;
  const int64_t mantissa = kHistogramSubBuckets + bucket % kHistogramSubBuckets;
  return ((mantissa + 1) << shift) - 1;
}

int64_t HistogramQuantileNs(absl::Span<const int64_t> counts, double q) {
  int64_t total = 0;
  for (int64_t count : counts) total += count;
  if (total == 0) return 0;
  const auto wanted =
      std::max<int64_t>(1, static_cast<int64_t>(std::ceil(q * static_cast<double>(total))));
  int64_t seen = 0;
  for (size_t bucket = 0; bucket < counts.size(); ++bucket) {
    seen += counts[bucket];
    if (seen >= wanted) return HistogramUpperBoundNs(static_cast<int>(bucket));
  }
  return HistogramUpperBoundNs(static_cast<int>(counts.size()) - 1);
}

int64_t HistogramMeanNs(absl::Span<const int64_t> counts) {
  double sum = 0;
  double samples = 0;
  for (size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] == 0) continue;
    auto bucket = static_cast<int>(i);
    auto top = static_cast<double>(HistogramUpperBoundNs(bucket));
    double bottom = bucket == 0 ? 0 : static_cast<double>(HistogramUpperBoundNs(bucket - 1));
    sum += static_cast<double>(counts[i]) * (bottom + top) / 2;
    samples += static_cast<double>(counts[i]);
  }
  return samples > 0 ? static_cast<int64_t>(sum / samples) : 0;
}

}  // namespace bench
