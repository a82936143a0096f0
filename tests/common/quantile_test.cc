#include "common/stats/quantile.h"

#include <gtest/gtest.h>

namespace bench {
namespace {

TEST(Quantile, IsTheNearestOfTheSortedValues) {
  EXPECT_EQ(Quantile({5, 1, 4, 2, 3}, 0), 1);
  EXPECT_EQ(Quantile({5, 1, 4, 2, 3}, 0.95), 5);
  EXPECT_EQ(Quantile({5, 1, 4, 2, 3}, 0.3), 2);
  EXPECT_EQ(Quantile({7}, 0.5), 7);
}

TEST(Median, TakesTheUpperOfTwo) {
  EXPECT_EQ(Median({3, 1, 2}), 2);
  EXPECT_EQ(Median({4, 1, 2, 3}), 3);
}

}  // namespace
}  // namespace bench
