#include "worker/search/cause.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "worker/search/slow_action.h"

namespace bench {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

// The recipe's cycle, its WriteBelowBinaryDir on a disk of this speed.
std::vector<ActionTime> Recipe(double write_us) {
  return {{.action = "ChangeThreadNamespace", .mean_us = 0.5, .per_cycle = 1, .syscalls = 1},
          {.action = "ReadSensitiveFileUntrusted", .mean_us = 4, .per_cycle = 1, .syscalls = 2},
          {.action = "WriteBelowBinaryDir", .mean_us = write_us, .per_cycle = 1, .syscalls = 2},
          {.action = "filler", .mean_us = 3, .per_cycle = 72, .syscalls = 2}};
}

TEST(SlowAction, NamesItAndSaysWhatLeavingItOutWouldGive) {
  auto slow = FindSlowAction(Recipe(1000), 120e3);
  ASSERT_TRUE(slow.has_value());
  EXPECT_EQ(slow->action, "WriteBelowBinaryDir");
  EXPECT_NEAR(slow->time_share, 1000 / 1220.5, 0.001);
  // 149 syscalls in 1220.5 us are 120k/s; 147 in 220.5 us would be:
  EXPECT_NEAR(slow->syscalls_per_sec_without, 120e3 * (147 / 220.5) / (149 / 1220.5), 1);
}

TEST(SlowAction, NoneStandsOutOnAQuickHost) {
  EXPECT_FALSE(FindSlowAction(Recipe(5), 500e3).has_value());
  // Half of the time, but as quick as the others for each call.
  EXPECT_FALSE(FindSlowAction({{.action = "a", .mean_us = 50, .per_cycle = 1, .syscalls = 2},
                               {.action = "b", .mean_us = 20, .per_cycle = 1, .syscalls = 1}},
                              1e3)
                   .has_value());
  // Slow for its calls, but there is nothing else in the mix.
  EXPECT_FALSE(FindSlowAction({{.action = "a", .mean_us = 500, .per_cycle = 1, .syscalls = 2}}, 1e3)
                   .has_value());
  EXPECT_FALSE(FindSlowAction({}, 1e3).has_value());
}

JudgedTrial Shortfall(double write_us) {
  JudgedTrial trial;
  trial.measurement.request.syscalls_per_sec = 400e3;
  trial.measurement.achieved_syscalls_per_sec = 120e3;
  trial.measurement.action_times = Recipe(write_us);
  trial.judgement.trial_class = TrialClass::kGenerator;
  return trial;
}

TEST(FindCause, AGeneratorHeldUpByOneActionIsThatActionsFault) {
  SearchResult result;
  result.verdict = Verdict::kGeneratorBound;
  result.sustainable_syscalls_per_sec = 120e3;
  CauseFinding finding = FindCause(result, 1000, {Shortfall(1000)});
  EXPECT_EQ(finding.cause, Cause::kAction);
  EXPECT_EQ(CauseName(finding.cause), "ACTION");
  EXPECT_THAT(finding.detail, AllOf(HasSubstr("WriteBelowBinaryDir took 1000 us a run, 81.9% of"),
                                    HasSubstr("without it about 655k")));
}

TEST(FindCause, OtherwiseTheGeneratorIs) {
  SearchResult result;
  result.verdict = Verdict::kGeneratorBound;
  EXPECT_EQ(FindCause(result, 1000, {Shortfall(5)}).cause, Cause::kGenerator);
  EXPECT_EQ(FindCause(result, 1000, {}).cause, Cause::kGenerator);
}

}  // namespace
}  // namespace bench
