#include "worker/rig/calibration.h"

#include <gtest/gtest.h>

namespace bench {
namespace {

TEST(Calibration, LeavesTheIdleHostsEventsOut) {
  const ActionInfo* action = FindAction("ReadSensitiveFileUntrusted");
  ASSERT_NE(action, nullptr);
  Calibration::Unit unit = CalibrateUnit(
      *action,
      {.actions = 200, .syscalls = 400, .events = 470, .alerts = 200, .background_events = 70});
  EXPECT_DOUBLE_EQ(unit.syscalls_per_action, 2);
  EXPECT_DOUBLE_EQ(unit.events_per_action, 2);
  EXPECT_DOUBLE_EQ(unit.alerts_per_action, 1);
}

TEST(Calibration, AQuieterMomentThanTheBaselineMakesNoNegativeEvents) {
  Calibration::Unit unit = CalibrateUnit(
      *FindAction("filler"), {.actions = 10, .syscalls = 20, .events = 3, .background_events = 9});
  EXPECT_DOUBLE_EQ(unit.events_per_action, 0);
}

// A burst of 30,000 events in the second second.
TEST(Calibration, TheUsualSecondHoldsNoBurst) {
  TrialMeasurement idle;
  idle.duration = absl::Seconds(5);
  idle.achieved_syscalls_per_sec = 2;
  idle.events = 5 * 72 + 30'000;
  EXPECT_NEAR(UsualEventsPerSec(idle), 6070, 1);  // nothing but the whole of it is known
  for (int i = 1; i <= 10; ++i) {
    TrialSample sample;
    sample.at = sample.counted_at = i * absl::Milliseconds(500);
    sample.issued_syscalls = i;
    sample.events = 36 * i + (i > 2 ? 30'000 : 0);
    idle.samples.push_back(sample);
  }
  EXPECT_NEAR(UsualEventsPerSec(idle), 70, 1);
}

TEST(Calibration, LooksAgainWhereABurstMayHaveCome) {
  const BaselineReading quiet = {.events_per_sec = 80, .usual_events_per_sec = 70};
  EXPECT_FALSE(MayHoldABurst({"filler", 2, 2, 0}, quiet));
  EXPECT_TRUE(MayHoldABurst({"filler", 2, 60, 0}, quiet));
  EXPECT_TRUE(
      MayHoldABurst({"filler", 2, 2, 0}, {.events_per_sec = 6070, .usual_events_per_sec = 70}));
  EXPECT_EQ(MedianUnit({{"filler", 2, 2, 0}, {"filler", 2, 60, 0}, {"filler", 2, 2.1, 0}})
                .events_per_action,
            2.1);
}

TEST(Calibration, ThatRanNothingClaimsNothing) {
  EXPECT_DOUBLE_EQ(CalibrateUnit(*FindAction("filler"), {}).events_per_action, 0);
}

TEST(Calibration, FewEventsAreThoseMissingOfTheCapturedCalls) {
  const absl::StatusOr<Mix> mix = MakeMix({.parts = {{"filler", 1}, {"filler-read", 6}}});
  ASSERT_TRUE(mix.ok()) << mix.status();
  EXPECT_FALSE(FewEvents(*mix, {.events_per_syscall = 2.0 / 8}));
  EXPECT_TRUE(FewEvents(*mix, {.events_per_syscall = 0.9 / 8}));
  const absl::StatusOr<Mix> reads = MakeMix({.parts = {{"filler-read", 1}}});
  EXPECT_FALSE(FewEvents(*reads, {}));  // that there are none at all is told otherwise
}

TEST(Calibration, TheRecipeMakesAboutFiftyEventsAnAlert) {
  absl::StatusOr<Mix> mix = MakeMix({.profile = "recipe"});
  ASSERT_TRUE(mix.ok()) << mix.status();
  std::vector<Calibration::Unit> units;
  for (const ActionInfo* action : mix->actions) {
    auto syscalls = static_cast<double>(action->syscalls_per_action);
    units.push_back(
        {action->name, syscalls, syscalls, action->name == std::string("filler") ? 0.0 : 1.0});
  }
  Calibration calibration = MixCalibration(*mix, units);
  EXPECT_NEAR(calibration.events_per_syscall, 1, 1e-9);
  EXPECT_NEAR(calibration.events_per_syscall / calibration.alerts_per_syscall, 50, 3);
  EXPECT_NEAR(calibration.actions_per_syscall, calibration.alerts_per_syscall, 1e-9);
}

TEST(HiddenSyscalls, AreTheRingsWhereNoAlertTellsTheLag) {
  Calibration calibration;
  calibration.events_per_syscall = 1;
  calibration.units = {{.action = "filler"}, {.action = "ReadSensitiveFileUntrusted"}};
  RigFacts facts;
  facts.ring_bytes = 8 << 20;
  facts.generators = 1;
  EXPECT_NEAR(HiddenSyscalls(calibration, facts, 0), 150e3, 1e3);
  facts.generators = 2;
  EXPECT_NEAR(HiddenSyscalls(calibration, facts, 0), 300e3, 2e3);
  facts.rings = 1;  // which both generators feed
  EXPECT_NEAR(HiddenSyscalls(calibration, facts, 0), 150e3, 1e3);
}

TEST(HiddenSyscalls, ARingOfUnknownSizeHidesWhatTheUsualOneDoes) {
  Calibration calibration;
  calibration.events_per_syscall = 1;
  RigFacts facts;
  EXPECT_NEAR(HiddenSyscalls(calibration, facts, 0), 150e3, 1e3);
}

TEST(HiddenSyscalls, AreWhatFullRingsWereSeenToHold) {
  Calibration calibration;
  calibration.events_per_syscall = 0.5;
  RigFacts facts;
  facts.ring_bytes = 8 << 20;
  facts.generators = 2;
  EXPECT_DOUBLE_EQ(HiddenSyscalls(calibration, facts, 40'000), 80'000);
  calibration.alerts_per_syscall = 0.02;  // they tell the lag
  EXPECT_EQ(HiddenSyscalls(calibration, facts, 40'000), 0);
}

TEST(HiddenSyscalls, AreFewerWhereFalcosEventsAreLarge) {
  const absl::StatusOr<Mix> mix = MakeMix({.parts = {{"filler", 1}, {"filler-exec", 1}}});
  ASSERT_TRUE(mix.ok()) << mix.status();
  const Calibration calibration =
      MixCalibration(*mix, {{"filler", 2, 2, 0}, {"filler-exec", 3, 12, 0}});
  EXPECT_DOUBLE_EQ(calibration.event_bytes, (2 * 56.0 + 12 * 300) / 14);
  RigFacts facts;
  facts.ring_bytes = 8 << 20;
  facts.sensor.kind = "falco";
  const double falco = HiddenSyscalls(calibration, facts, 0);
  facts.sensor.kind = "reference";
  EXPECT_GT(HiddenSyscalls(calibration, facts, 0), 3 * falco);
}

TEST(HiddenSyscalls, AreNoneWhereAlertsTellTheLag) {
  RigFacts facts;
  facts.ring_bytes = 8 << 20;
  Calibration canary;
  canary.events_per_syscall = 1;
  canary.units = {{.action = "ReadSensitiveFileUntrusted", .alerts_per_action = 1}};
  EXPECT_EQ(HiddenSyscalls(canary, facts, 0), 0);
  Calibration mix;
  mix.events_per_syscall = 1;
  mix.alerts_per_syscall = 0.02;
  EXPECT_EQ(HiddenSyscalls(mix, facts, 0), 0);
  facts.alerts_tell_lag = false;  // they are only counted
  EXPECT_GT(HiddenSyscalls(mix, facts, 0), 100e3);
  EXPECT_EQ(HiddenSyscalls(Calibration(), facts, 0), 0);
}

}  // namespace
}  // namespace bench
