#include "worker/search/drift.h"

#include <gtest/gtest.h>

#include <cmath>

namespace bench {
namespace {

constexpr double kPrecision = 0.05;
constexpr double kStart = 100e3;

// Trials at rates around a hard edge that moves by `change` (of its logarithm) over them all.
RateLedger TrialsAt(double change) {
  RateLedger ledger(1.2);
  constexpr int kTrials = 16;
  for (int i = 0; i < kTrials; ++i) {
    const double edge = kStart * std::exp(change * i / (kTrials - 1));
    const double rate = kStart * std::exp(0.03 * (i * 5 % 11 - 5) + change / 2);
    ledger.Advance(absl::Seconds(10 * i));
    if (rate < edge) {
      ledger.AddGood(rate, absl::Seconds(10), 0.9);
    } else {
      ledger.AddBad(rate, /*strong=*/true, absl::Seconds(10), /*clear_overload=*/true);
      ledger.AddCapacity(edge, 0, absl::Seconds(10));
    }
  }
  return ledger;
}

TEST(Drift, OfASensorThatHoldsStillIsNone) {
  const Drift drift = EstimateDrift(TrialsAt(0), kPrecision);
  EXPECT_NEAR(drift.change, 0, 0.02);
  EXPECT_EQ(drift.surely, 0);
}

TEST(Drift, TellsWhichWayAndAboutHowFar) {
  const Drift up = EstimateDrift(TrialsAt(0.2), kPrecision);
  EXPECT_NEAR(up.change, 0.2, 0.06);
  EXPECT_GT(up.surely, 0.1);
  const Drift down = EstimateDrift(TrialsAt(-0.2), kPrecision);
  EXPECT_NEAR(down.change, -0.2, 0.06);
  EXPECT_LT(down.surely, -0.1);
}

TEST(Drift, IsNotToldFromAFewTrials) {
  EXPECT_EQ(EstimateDrift(RateLedger(1.2), kPrecision).surely, 0);
  RateLedger ledger(1.2);
  ledger.AddGood(kStart, absl::Seconds(10), 0.9);
  ledger.Advance(absl::Seconds(10));
  ledger.AddBad(kStart, true, absl::Seconds(10), true);
  EXPECT_EQ(EstimateDrift(ledger, kPrecision).surely, 0);
}

}  // namespace
}  // namespace bench
