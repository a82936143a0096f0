// Order statistics. Pure and thread-safe.
#pragma once

#include <utility>
#include <vector>

namespace bench {

// The value at this share (0 to 1) of the sorted values, the nearest one and of two as near the
// upper. `values` must not be empty.
double Quantile(std::vector<double> values, double share);

inline double Median(std::vector<double> values) {
  return Quantile(std::move(values), 0.5);
}

}  // namespace bench
