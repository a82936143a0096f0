#include "worker/rig/sensor_usage.h"

#include <gtest/gtest.h>

namespace bench {
namespace {

SensorUsage Idle() {
  return {.group = CgroupStats{}, .thread_cpu = {{1, 3.0}, {2, 1.0}}, .thread_waits = {{1, 0.5}}};
}

TEST(FillUsage, TellsCpuPeriodsAndMemoryOfTheTimeBetweenTheReadings) {
  SensorUsage after = Idle();
  after.group->cpu_usage = absl::Seconds(2);
  after.group->periods = 100;
  after.group->throttled_periods = 25;
  after.group->memory_bytes = 7 << 20;
  after.resident_bytes = 5 << 20;
  TrialMeasurement trial;
  FillUsage(Idle(), after, absl::Seconds(10), &trial);
  EXPECT_DOUBLE_EQ(trial.cpu_cores, 0.2);
  EXPECT_DOUBLE_EQ(trial.cpu_throttled_ratio, 0.25);
  EXPECT_EQ(trial.peak_memory_bytes, 7 << 20);
  EXPECT_EQ(trial.resident_bytes, 5 << 20);
}

TEST(FillUsage, TheBusiestThreadIsTheOneThatGainedMost) {
  SensorUsage after = Idle();
  after.thread_cpu = {{1, 4.0}, {2, 6.0}};
  TrialMeasurement trial;
  FillUsage(Idle(), after, absl::Seconds(10), &trial);
  EXPECT_DOUBLE_EQ(trial.max_thread_cores, 0.5);
}

TEST(FillUsage, WhatItsOwnLimitMadeItWaitIsNotWaitedForOthers) {
  SensorUsage after = Idle();
  after.thread_waits = {{1, 6.5}};
  after.group->throttled = absl::Seconds(4);
  TrialMeasurement trial;
  FillUsage(Idle(), after, absl::Seconds(10), &trial);
  EXPECT_DOUBLE_EQ(trial.runqueue_wait_ratio, 0.2);

  after.group->throttled = absl::Seconds(9);  // of several CPUs
  FillUsage(Idle(), after, absl::Seconds(10), &trial);
  EXPECT_EQ(trial.runqueue_wait_ratio, 0);
}

TEST(FillUsage, AGroupThatIsGoneLeavesItsThreadsFigures) {
  SensorUsage after = Idle();
  after.group = absl::NotFoundError("gone");
  after.thread_cpu = {{1, 8.0}};
  TrialMeasurement trial;
  FillUsage(Idle(), after, absl::Seconds(10), &trial);
  EXPECT_DOUBLE_EQ(trial.max_thread_cores, 0.5);
  EXPECT_EQ(trial.cpu_cores, 0);
}

TEST(FillUsage, NoTimeBetweenTheReadingsTellsNothing) {
  SensorUsage after = Idle();
  after.group->cpu_usage = absl::Seconds(2);
  TrialMeasurement trial;
  FillUsage(Idle(), after, absl::ZeroDuration(), &trial);
  EXPECT_EQ(trial.cpu_cores, 0);
  EXPECT_EQ(trial.max_thread_cores, 0);
}

}  // namespace
}  // namespace bench
