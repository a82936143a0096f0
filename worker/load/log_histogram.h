// Durations counted in logarithmic buckets: eight to each power of two, so a value read back is at
// most 12.5% too high. Pure; the counts live where the caller wants them (shared memory).
#pragma once

#include <cstdint>

#include "absl/types/span.h"

namespace bench {

inline constexpr int kHistogramSubBuckets = 8;
// Up to 2^36 ns (69 s); longer ones are counted in the last bucket.
inline constexpr int kHistogramBuckets = 34 * kHistogramSubBuckets;

int HistogramBucket(int64_t ns);
int64_t HistogramUpperBoundNs(int bucket);  // the longest duration that the bucket counts

// The upper bound of the bucket in which the q-quantile (0 < q <= 1) lies; 0 = nothing counted.
int64_t HistogramQuantileNs(absl::Span<const int64_t> counts, double q);
// Each duration taken as the middle of its bucket; 0 = nothing counted.
int64_t HistogramMeanNs(absl::Span<const int64_t> counts);

}  // namespace bench
