#include "worker/search/edge_curve.h"

#include <gtest/gtest.h>

#include <cmath>

namespace bench {
namespace {

constexpr double kPrecision = 0.05;

EdgeObservation Good(double rate, double trials = 1) {
  return {.rate = rate, .good = trials};
}
EdgeObservation Bad(double rate, double trials = 1) {
  return {.rate = rate, .bad = trials};
}
EdgeObservation StrongBad(double rate, double trials = 1) {
  return {.rate = rate, .strong_bad = trials};
}

TEST(EdgeCurve, LiesBetweenWhatWasGoodAndWhatWasBad) {
  EdgeCurve curve({Good(90e3, 3), StrongBad(110e3, 3)}, {}, {}, kPrecision);
  EXPECT_LT(curve.OverloadShare(80e3), 0.15);
  EXPECT_GT(curve.OverloadShare(120e3), 0.85);
  EXPECT_GT(curve.At(EdgeCurve::kSustainableShare).rate, 80e3);
  EXPECT_LT(curve.At(EdgeCurve::kUpperShare).rate, 120e3);
  EXPECT_LT(curve.At(EdgeCurve::kSustainableShare).rate, curve.At(EdgeCurve::kUpperShare).rate);
}

TEST(EdgeCurve, RisesWithTheRate) {
  EdgeCurve curve({Good(50e3), Bad(70e3), Good(75e3), StrongBad(90e3)}, {}, {}, kPrecision);
  double before = 0;
  for (double rate = 20e3; rate < 200e3; rate *= 1.05) {
    double share = curve.OverloadShare(rate);
    EXPECT_GE(share, before);
    before = share;
  }
}

TEST(EdgeCurve, MoreTrialsMakeItSurer) {
  EdgeCurve few({Good(95e3), StrongBad(105e3)}, {}, {}, kPrecision);
  EdgeCurve many({Good(95e3, 5), StrongBad(105e3, 5)}, {}, {}, kPrecision);
  EXPECT_LT(many.Variance(), few.Variance());
}

TEST(EdgeCurve, MixedTrialsMakeAZone) {
  EdgeCurve line({Good(95e3, 4), StrongBad(105e3, 4)}, {}, {}, kPrecision);
  EdgeCurve zone({Good(80e3, 4),
                  {.rate = 95e3, .good = 7, .bad = 4},
                  {.rate = 110e3, .good = 4, .bad = 7},
                  StrongBad(130e3, 4)},
                 {}, {}, kPrecision);
  auto width = [](const EdgeCurve& curve) {
    return curve.At(EdgeCurve::kUpperShare).rate / curve.At(EdgeCurve::kSustainableShare).rate;
  };
  EXPECT_LT(width(line), 1.1);
  EXPECT_GT(width(zone) - 1, 1.5 * (width(line) - 1));
}

// What overloaded trials show of the capacity: agreeing, a line; scattered, a zone.
TEST(EdgeCurve, CapacitiesTellThePlaceAndTheWidth) {
  std::vector<EdgeObservation> seen = {Good(60e3), StrongBad(150e3)};
  EdgeCurve agreed(seen, {{100e3, 0.02}, {101e3, 0.02}, {99e3, 0.02}}, {}, kPrecision);
  EdgeCurve scattered(seen, {{85e3, 0.02}, {118e3, 0.02}, {100e3, 0.02}}, {}, kPrecision);
  EXPECT_NEAR(agreed.At(0.5).rate, 100e3, 3e3);
  EXPECT_LT(agreed.At(0.5).sd, 0.05);
  EXPECT_GT(scattered.Variance(), 2 * agreed.Variance());
}

TEST(EdgeCurve, AWrongGuessIsOutvoted) {
  EdgeCurve curve({Good(95e3, 3), StrongBad(105e3, 3)}, {}, {{50e3, 0.2}}, kPrecision);
  EXPECT_GT(curve.At(EdgeCurve::kSustainableShare).rate, 85e3);
}

TEST(EdgeCurve, ATrialFarFromTheEdgeIsExpectedToTellLess) {
  EdgeCurve curve({Good(90e3, 2), StrongBad(110e3, 2)}, {}, {}, kPrecision);
  EXPECT_LT(curve.ExpectedVariance(100e3), curve.ExpectedVariance(60e3));
  EXPECT_LT(curve.ExpectedVariance(100e3), curve.ExpectedVariance(200e3));
  EXPECT_LE(curve.ExpectedVariance(100e3), curve.Variance());
}

TEST(EdgeCurve, QuantilesAreInOrderAroundTheMean) {
  EdgeCurve curve({Good(90e3, 2), Bad(100e3), StrongBad(115e3, 2)}, {}, {}, kPrecision);
  double low = curve.Quantile(EdgeCurve::kSustainableShare, 0.1);
  double middle = curve.Quantile(EdgeCurve::kSustainableShare, 0.5);
  double high = curve.Quantile(EdgeCurve::kSustainableShare, 0.9);
  EXPECT_LT(low, middle);
  EXPECT_LT(middle, high);
}

TEST(EdgeCurve, OneObservationOfOneKindIsEnough) {
  EXPECT_GT(EdgeCurve({Good(1000)}, {}, {}, kPrecision).At(0.5).rate, 1000);
  EXPECT_LT(EdgeCurve({StrongBad(1000)}, {}, {}, kPrecision).At(0.5).rate, 1000);
}

}  // namespace
}  // namespace bench
