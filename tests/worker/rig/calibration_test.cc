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

TEST(Calibration, ThatRanNothingClaimsNothing) {
  EXPECT_DOUBLE_EQ(CalibrateUnit(*FindAction("filler"), {}).events_per_action, 0);
}

TEST(Calibration, TheRecipeMakesAboutFiftyEventsAnAlert) {
  absl::StatusOr<Mix> mix = MakeMix("recipe", "");
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

}  // namespace
}  // namespace bench
