#include "benchctl/commands/signal_interrupts.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>

#include "common/os/clock.h"

namespace bench {
namespace {

// Handlers are the whole process's, so each case runs in a process of its own.
TEST(SignalInterruptsDeathTest, TheFirstIsNotedAndTheWaitEnds) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_EXIT(
      {
        SignalInterrupts interrupts;
        if (!interrupts.Arm("last words\n").ok()) _exit(1);
        if (interrupts.requested()) _exit(2);
        if (interrupts.WaitFor(absl::Milliseconds(1))) _exit(3);
        raise(SIGINT);
        absl::Duration before = RealClock().Monotonic();
        if (!interrupts.WaitFor(absl::ZeroDuration())) _exit(4);
        // Afterwards a wait is a wait again, not a busy loop.
        interrupts.WaitFor(absl::Milliseconds(20));
        if (RealClock().Monotonic() - before < absl::Milliseconds(15)) _exit(5);
        _exit(0);
      },
      testing::ExitedWithCode(0), "");
}

TEST(SignalInterruptsDeathTest, TheSecondLeavesAtOnceAndSaysSo) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_EXIT(
      {
        SignalInterrupts interrupts;
        if (!interrupts.Arm("last words\n").ok()) _exit(1);
        raise(SIGTERM);
        raise(SIGINT);
        _exit(0);
      },
      testing::ExitedWithCode(130), "last words");
}

TEST(SignalInterruptsDeathTest, AClosedTerminalIsNoImpatience) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_EXIT(
      {
        SignalInterrupts interrupts;
        if (!interrupts.Arm("last words\n").ok()) _exit(1);
        raise(SIGHUP);
        raise(SIGHUP);
        _exit(interrupts.requested() ? 0 : 1);
      },
      testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace bench
