#include "common/stats/quantile.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace bench {

double Quantile(std::vector<double> values, double share) {
  auto at =
      static_cast<std::ptrdiff_t>(std::lround(share * static_cast<double>(values.size() - 1)));
  std::nth_element(values.begin(), values.begin() + at, values.end());
  return values[static_cast<size_t>(at)];
}

}  // namespace bench
