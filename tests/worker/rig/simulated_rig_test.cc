#include "worker/rig/simulated_rig.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "tests/fakes/manual_clock.h"

namespace bench {
namespace {

using testing::HasSubstr;

class SimulatedRigTest : public testing::Test {
 protected:
  std::unique_ptr<SimulatedRig> MakeRig(const SimulatedRigOptions& options) {
    return std::make_unique<SimulatedRig>(
        options,
        [this](const RigProgress& progress) {
          progress_.push_back(progress);
          if (progress_.size() == cancel_after_) cancelled_ = true;
        },
        cancelled_, clock_);
  }

  RigSpec Spec(int32_t cpu_millis = 500) {
    return {.run_id = "run-1", .cpu_millis = cpu_millis, .mix = {}};
  }

  TrialRequest At(double rate) {
    return {.phase = TrialPhase::kRamp, .syscalls_per_sec = rate, .duration = absl::Seconds(10)};
  }

  ManualClock clock_;
  std::atomic<bool> cancelled_ = false;
  std::vector<RigProgress> progress_;
  size_t cancel_after_ = 0;
};

TEST_F(SimulatedRigTest, SaysThatItIsSimulatedWhereverItIsAsked) {
  auto rig = MakeRig({});
  ASSERT_TRUE(rig->SetUp(Spec()).ok());
  EXPECT_EQ(rig->facts().sensor.kind, "simulated");
  EXPECT_EQ(rig->facts().sensor.version, "model-1");
  EXPECT_EQ(rig->facts().sensor.driver, "simulated");
  EXPECT_THAT(rig->facts().sensor_command, HasSubstr("simulated"));
  EXPECT_THAT(rig->facts().cgroup_version, HasSubstr("simulated"));
}

TEST_F(SimulatedRigTest, ATrialTakesItsTimeOnTheScaledClock) {
  auto rig = MakeRig({.time_scale = 20, .noise_scale = 0});
  ASSERT_TRUE(rig->SetUp(Spec()).ok());
  absl::Duration before = clock_.Monotonic();
  absl::StatusOr<TrialMeasurement> trial = rig->RunTrial(At(10e3));
  ASSERT_TRUE(trial.ok());
  EXPECT_EQ(trial->duration, absl::Seconds(10));
  EXPECT_EQ(trial->started_at, absl::UnixEpoch() + before);
  // 10 s of load and 2.5 s of settling.
  EXPECT_NEAR(absl::ToDoubleMilliseconds(clock_.Monotonic() - before), 625, 10);
  EXPECT_GE(progress_.size(), 4u);
  EXPECT_EQ(progress_.back().stage, "ramp");
  EXPECT_EQ(progress_.back().stage_total, absl::Seconds(10));
  EXPECT_NEAR(progress_.back().events_per_sec, 10.2e3, 100);

  TrialRequest rested = At(10e3);
  rested.rest_after = absl::Seconds(5);
  before = clock_.Monotonic();
  ASSERT_TRUE(rig->RunTrial(rested).ok());
  EXPECT_NEAR(absl::ToDoubleMilliseconds(clock_.Monotonic() - before), 875, 10);
}

TEST_F(SimulatedRigTest, CapacityFollowsTheLimitUpToOneCore) {
  struct Case {
    int32_t cpu_millis;
    double capacity;
  };
  for (Case c :
       {Case{100, 10e3}, Case{500, 50e3}, Case{1000, 100e3}, Case{4000, 100e3}, Case{0, 100e3}}) {
    auto rig = MakeRig({.capacity_per_core = 100e3, .time_scale = 1000, .noise_scale = 0});
    ASSERT_TRUE(rig->SetUp(Spec(c.cpu_millis)).ok());
    double slope_below = rig->RunTrial(At(0.95 * c.capacity))->lag.slope_ms_per_sec;
    double slope_above = rig->RunTrial(At(1.05 * c.capacity))->lag.slope_ms_per_sec;
    EXPECT_LT(slope_below, 5) << c.cpu_millis;
    EXPECT_GT(slope_above, 40) << c.cpu_millis;
  }
}

TEST_F(SimulatedRigTest, TooLittleMemoryKillsItAtTheStartOrUnderLoad) {
  auto rig = MakeRig({.time_scale = 1000});
  RigSpec spec = Spec(1000);
  spec.memory_bytes = 16 << 20;
  absl::Status status = rig->SetUp(spec);
  EXPECT_TRUE(absl::IsResourceExhausted(status));
  EXPECT_THAT(status.ToString(), HasSubstr("16Mi"));
  spec.memory_bytes = 50 << 20;
  ASSERT_TRUE(rig->SetUp(spec).ok());
  EXPECT_FALSE(rig->RunTrial(At(5e3))->oom_killed);
  EXPECT_TRUE(rig->RunTrial(At(80e3))->oom_killed);
}

TEST_F(SimulatedRigTest, BaselineAndCalibrationTellTheMix) {
  auto rig = MakeRig({.time_scale = 1000});
  ASSERT_TRUE(rig->SetUp(Spec()).ok());
  absl::StatusOr<BaselineReading> baseline = rig->MeasureBaseline();
  ASSERT_TRUE(baseline.ok());
  EXPECT_GT(baseline->events_per_sec, 0);
  absl::StatusOr<Calibration> calibration = rig->Calibrate();
  ASSERT_TRUE(calibration.ok());
  EXPECT_NEAR(calibration->events_per_syscall / calibration->alerts_per_syscall, 50, 1);
  TrialMeasurement trial = *rig->RunTrial(At(10e3));
  EXPECT_NEAR(trial.alerts_expected, 10e3 * 10 * calibration->alerts_per_syscall, 2);
}

TEST_F(SimulatedRigTest, AProfileWithoutAlertsHasACanary) {
  auto rig = MakeRig({.time_scale = 1000});
  RigSpec spec = Spec();
  spec.mix.profile = "filler";
  ASSERT_TRUE(rig->SetUp(spec).ok());
  EXPECT_NEAR(static_cast<double>(rig->RunTrial(At(10e3))->alerts_received), 100, 2);
  spec.mix.profile = "nonsense";
  EXPECT_TRUE(absl::IsInvalidArgument(rig->SetUp(spec)));
}

TEST_F(SimulatedRigTest, ARunIsRepeatableAndRunsDiffer) {
  std::vector<double> lags;
  for (const char* run : {"run-1", "run-1", "run-2"}) {
    auto rig = MakeRig({.time_scale = 1000});
    RigSpec spec = Spec();
    spec.run_id = run;
    ASSERT_TRUE(rig->SetUp(spec).ok());
    lags.push_back(rig->RunTrial(At(49e3))->lag.p95_ms);
  }
  EXPECT_EQ(lags[0], lags[1]);
  EXPECT_NE(lags[0], lags[2]);
}

TEST_F(SimulatedRigTest, EndsSoonAfterItIsCancelled) {
  cancel_after_ = 3;
  auto rig = MakeRig({});
  ASSERT_TRUE(rig->SetUp(Spec()).ok());
  absl::Duration before = clock_.Monotonic();
  EXPECT_TRUE(absl::IsCancelled(rig->RunTrial(At(10e3)).status()));
  EXPECT_LE(clock_.Monotonic() - before, absl::Seconds(1));
  EXPECT_TRUE(absl::IsCancelled(rig->Calibrate().status()));
  EXPECT_TRUE(rig->TearDown().ok());
}

TEST_F(SimulatedRigTest, NeedsASetUpAndSoundOptions) {
  auto rig = MakeRig({});
  EXPECT_TRUE(absl::IsFailedPrecondition(rig->RunTrial(At(10e3)).status()));
  EXPECT_TRUE(rig->TearDown().ok());
  EXPECT_TRUE(absl::IsInvalidArgument(MakeRig({.time_scale = 0})->SetUp(Spec())));
  EXPECT_TRUE(absl::IsInvalidArgument(MakeRig({.capacity_per_core = -1})->SetUp(Spec())));
}

}  // namespace
}  // namespace bench
