#include "worker/rig/ring_fill.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

namespace bench {
namespace {

// A queue of `capacity` events, told every 100 ms; the two counters are read up to `skew` of that
// apart.
struct Sensor {
  double capacity;
  double per_step;  // that it processes
  double skew = 0;
  std::mt19937_64 random{1};

  CounterReading reading;
  double waiting = 0;
  double processed_in_all = 0;

  const CounterReading& Step(double arriving) {
    std::uniform_real_distribution<double> share(0, skew);
    const double room = capacity - waiting + per_step;
    const double dropped = std::max(0.0, arriving - room);
    const double processed = std::min(waiting + arriving - dropped, per_step);
    waiting += arriving - dropped - processed;
    reading.kernel_events += static_cast<int64_t>(arriving);
    reading.kernel_drops += static_cast<int64_t>(dropped);
    processed_in_all += processed;
    reading.processed_events = static_cast<int64_t>(processed_in_all + share(random) * processed);
    return reading;
  }
};

TEST(RingFill, IsTheRingsCapacityWheneverItOverflows) {
  std::mt19937_64 random(7);
  std::uniform_real_distribution<double> log_capacity(3, 6);
  std::uniform_real_distribution<double> overload(1.1, 5);
  for (int i = 0; i < 500; ++i) {
    Sensor sensor = {.capacity = std::pow(10, log_capacity(random)), .per_step = 5'000};
    sensor.skew = 0.2;
    sensor.random.seed(static_cast<uint64_t>(i));
    const double arriving = sensor.per_step * overload(random);
    RingFill fill(sensor.reading);
    const double steps = 10 + sensor.capacity / (arriving - sensor.per_step);
    for (int step = 0; step < steps; ++step) fill.Saw(sensor.Step(arriving));
    EXPECT_LE(fill.full_events(), sensor.capacity + 10);
    EXPECT_GE(fill.full_events(), sensor.capacity - 0.2 * sensor.per_step - 10);
  }
}

TEST(RingFill, ABacklogWithoutDropsSaysNothingOfTheCapacity) {
  Sensor sensor = {.capacity = 100'000, .per_step = 5'000};
  RingFill fill(sensor.reading);
  for (int step = 0; step < 10; ++step) fill.Saw(sensor.Step(10'000));
  EXPECT_GT(sensor.waiting, 40'000);
  EXPECT_EQ(fill.full_events(), 0);
}

TEST(RingFill, AFewDropsElsewhereAreNoFullRing) {
  CounterReading before;
  RingFill fill(before);
  CounterReading now;
  now.kernel_events = 10'000;
  now.processed_events = 9'800;
  now.kernel_drops = 100;
  fill.Saw(now);
  EXPECT_EQ(fill.full_events(), 0);
}

TEST(RingFill, TheSameReadingAgainSaysNothing) {
  CounterReading now;
  now.kernel_events = 10'000;
  now.kernel_drops = 5'000;
  now.processed_events = 1'000;
  RingFill fill(now);
  fill.Saw(now);
  EXPECT_EQ(fill.full_events(), 0);
}

TEST(RingFill, IsNotKnownWhereTheProcessedEventsAreNotTold) {
  RingFill fill(CounterReading{});
  CounterReading now;
  now.tells_processed = false;
  now.kernel_events = 10'000;
  now.kernel_drops = 5'000;
  fill.Saw(now);
  EXPECT_EQ(fill.full_events(), 0);
}

}  // namespace
}  // namespace bench
