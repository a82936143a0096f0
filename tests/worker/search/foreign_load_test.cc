#include "worker/search/foreign_load.h"

#include <gtest/gtest.h>

namespace bench {
namespace {

constexpr double kRate = 30e3;

// Ten samples a second for ten seconds; `counted_at` and `burst` by the number of the sample.
template <typename CountedAt, typename Burst>
TrialMeasurement Trial(CountedAt counted_at, Burst burst) {
  TrialMeasurement trial;
  for (int i = 1; i <= 100; ++i) {
    TrialSample sample;
    sample.at = absl::Milliseconds(100 * i);
    sample.issued_syscalls = static_cast<int64_t>(kRate * i / 10);
    sample.counted_at = counted_at(i);
    sample.events =
        static_cast<int64_t>(1.1 * kRate * absl::ToDoubleSeconds(sample.counted_at) + burst(i));
    trial.samples.push_back(sample);
  }
  return trial;
}

absl::Duration InTime(int i) {
  return absl::Milliseconds(100 * i);
}

int None(int) {
  return 0;
}

double ForeignBurstEvents(const TrialMeasurement& trial) {
  return FindForeignBursts(trial).events;
}

TEST(ForeignLoad, SeesABurst) {
  TrialMeasurement trial = Trial(InTime, [](int i) { return i > 40 ? 20'000 : 0; });
  EXPECT_NEAR(ForeignBurstEvents(trial), 20e3, 50);
}

TEST(ForeignLoad, AddsUpBursts) {
  TrialMeasurement trial = Trial(InTime, [](int i) { return 8000 * ((i > 25) + (i > 75)); });
  EXPECT_NEAR(ForeignBurstEvents(trial), 16e3, 50);
  EXPECT_NEAR(FindForeignBursts(trial).largest, 8e3, 50);
}

TEST(ForeignLoad, ABurstThatTakesAWhileIsOne) {
  TrialMeasurement trial = Trial(InTime, [](int i) {
    return i < 40 ? 0 : i < 48 ? 1000 * (i - 39) : 8000;
  });
  EXPECT_NEAR(FindForeignBursts(trial).largest, 8e3, 50);
}

// As a sensor under 0.1 CPU does it: in most periods it has nothing new to tell.
TEST(ForeignLoad, CountersThatComeLateAreNoBurst) {
  EXPECT_NEAR(ForeignBurstEvents(
                  Trial([](int i) { return absl::Milliseconds(100 * (i - i % 4) + 7); }, None)),
              0, 50);
  EXPECT_NEAR(ForeignBurstEvents(Trial(
                  [](int i) { return absl::Milliseconds(100 * i - (i > 50 ? 95 : 5)); }, None)),
              0, 50);
}

// The sensor was throttled after it looked at the clock: one reading of more events than belong to
// its time.
TEST(ForeignLoad, OneOddReadingIsNoBurst) {
  for (int odd : {1, 50, 100}) {
    TrialMeasurement trial = Trial(InTime, [odd](int i) { return i == odd ? 3000 : 0; });
    EXPECT_NEAR(ForeignBurstEvents(trial), 0, 50) << odd;
  }
}

TEST(ForeignLoad, ASteadyForeignLoadIsNoBurst) {
  TrialMeasurement trial = Trial(InTime, [](int i) { return 100 * i; });
  EXPECT_NEAR(ForeignBurstEvents(trial), 0, 50);
}

// A trial of the ramp: its third window ends with it.
TEST(ForeignLoad, ThreeSecondsAreEnough) {
  TrialMeasurement trial = Trial(InTime, [](int i) { return i > 12 ? 20'000 : 0; });
  trial.samples.resize(30);
  EXPECT_NEAR(ForeignBurstEvents(trial), 20e3, 50);
  trial = Trial([](int i) { return absl::Milliseconds(100 * i - 40); },
                [](int i) { return i > 12 ? 20'000 : 0; });
  trial.samples.resize(30);
  EXPECT_NEAR(ForeignBurstEvents(trial), 20e3, 50);
}

TEST(ForeignLoad, SeesABurstInTheFirstMoment) {
  TrialMeasurement trial = Trial(InTime, [](int) { return 20'000; });
  EXPECT_NEAR(ForeignBurstEvents(trial), 20e3, 50);
}

TEST(ForeignLoad, TooFewSamplesTellNothing) {
  TrialMeasurement trial = Trial(InTime, [](int i) { return i > 10 ? 20'000 : 0; });
  trial.samples.resize(20);
  EXPECT_EQ(ForeignBurstEvents(trial), 0);
  EXPECT_EQ(ForeignBurstEvents(TrialMeasurement()), 0);
}

}  // namespace
}  // namespace bench
