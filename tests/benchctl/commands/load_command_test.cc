#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/benchctl/commands/fake_world.h"

namespace bench {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

v1::LoadRound ARound(int number) {
  v1::LoadRound round;
  round.set_sleep_sec(0.05);
  round.set_alert_ratio(0.5);
  round.set_lost_ratio(0.5);
  v1::Trial& trial = *round.mutable_trial();
  trial.set_number(number);
  trial.set_alerts_received(50);
  trial.set_alerts_expected(100);
  trial.set_events(1000);
  trial.set_drops(7);
  trial.set_cpu_cores(0.125);
  trial.set_classification(v1::Trial::BAD);
  trial.mutable_achieved()->set_actions_per_sec(20);
  trial.mutable_achieved()->set_syscalls_per_sec(40);
  return round;
}

class LoadCommandTest : public testing::Test {
 protected:
  LoadCommandTest() : world_(OneRunScript(v1::Result::SUSTAINABLE)) {
    world_.host.rounds = {ARound(1), ARound(2)};
  }
  const LoadJob& job() const { return world_.host.job; }

  FakeWorld world_;
};

TEST_F(LoadCommandTest, PrintsALineARound) {
  EXPECT_EQ(world_.Run({"load"}), 0);
  EXPECT_THAT(world_.console.out, StartsWith("ROUND       PACE    ACTUAL  EXPECTED   RATIO"));
  EXPECT_THAT(world_.console.out, HasSubstr("\n    2       50ms        50       100    0.50     "
                                            "50%         7"));
  EXPECT_THAT(world_.console.err, HasSubstr("the sensor that was taken"));
  EXPECT_THAT(world_.sessions.opened, IsEmpty());
}

TEST_F(LoadCommandTest, OtherFormatsComeWholeAndRoundsOnStderr) {
  EXPECT_EQ(world_.Run({"load", "-o", "json"}), 0);
  EXPECT_THAT(world_.console.out, StartsWith("{"));
  EXPECT_THAT(world_.console.out, HasSubstr("\"kind\": \"reference\""));
  EXPECT_THAT(world_.console.out, HasSubstr("\"lost_ratio\": 0.5"));
  EXPECT_THAT(world_.console.err, HasSubstr("12.5%"));
}

TEST_F(LoadCommandTest, WithoutFlagsTheRecipesActionsSleepForAMinute) {
  EXPECT_EQ(world_.Run({"load"}), 0);
  EXPECT_EQ(job().spec.profile(), "alerts");
  EXPECT_EQ(job().spec.sensor(), "auto");
  EXPECT_EQ(job().cell.cpu_millis(), 0);
  EXPECT_EQ(job().sleep, absl::Milliseconds(100));
  EXPECT_EQ(job().round, absl::Seconds(5));
  EXPECT_EQ(job().total, absl::Minutes(1));
  EXPECT_FALSE(job().halve_sleep);
}

TEST_F(LoadCommandTest, FlagsSayWhatIsLoadedHowFastAndUnderWhichLimits) {
  EXPECT_EQ(world_.Run({"load", "Read", "--rate", "50k", "--round-duration", "60s", "--duration",
                        "2m", "--cpu", "200m", "--memory", "512Mi", "--sensor", "reference"}),
            0);
  EXPECT_EQ(job().spec.actions_regex(), "Read");
  EXPECT_EQ(job().syscalls_per_sec, 50e3);
  EXPECT_EQ(job().round, absl::Minutes(1));
  EXPECT_EQ(job().total, absl::Minutes(2));
  EXPECT_EQ(job().cell.cpu_millis(), 200);
  EXPECT_EQ(job().cell.memory_bytes(), 512 << 20);
}

TEST_F(LoadCommandTest, ALoopEndsByItselfUnlessADurationIsGiven) {
  EXPECT_EQ(world_.Run({"load", "--loop"}), 0);
  EXPECT_TRUE(job().halve_sleep);
  EXPECT_EQ(job().total, absl::InfiniteDuration());
  EXPECT_EQ(world_.Run({"load", "--sleep", "0"}), 0);
  EXPECT_EQ(job().sleep, absl::ZeroDuration());
}

TEST_F(LoadCommandTest, ADryRunNeedsNoPrivileges) {
  world_.host.privileges = absl::PermissionDeniedError("no root");
  EXPECT_EQ(world_.Run({"load", "--dry-run"}), 0);
  EXPECT_TRUE(job().dry_run);
  EXPECT_EQ(world_.Run({"load"}), 1);
  EXPECT_THAT(world_.console.err, HasSubstr("no root"));
}

TEST_F(LoadCommandTest, WrongFlagsAreSaidToBe) {
  const struct {
    std::vector<std::string> line;
    const char* message;
  } cases[] = {
      {{"load", "--rate", "1k", "--loop"}, "--rate: not with --sleep or --loop"},
      {{"load", "--rate", "fast"}, "--rate: "},
      {{"load", "--sleep", "soon"}, "--sleep: "},
      {{"load", "--cpu", "100m,200m"}, "--cpu: "},
      {{"load", "Mine"}, "REGEX: no action matches \"Mine\""},
      {{"load", "--profile", "recipe"}, "--profile: recipe has its filler at a --rate only"},
      {{"load", "--controller", "host:1"}, "runs on the host that benchctl is on"},
  };
  for (const auto& [line, message] : cases) {
    FakeWorld world(OneRunScript(v1::Result::SUSTAINABLE));
    EXPECT_EQ(world.Run(line), 2) << message;
    EXPECT_THAT(world.console.err, HasSubstr(message));
    EXPECT_EQ(world.host.job.spec.profile(), "") << "nothing was driven";
  }
}

TEST_F(LoadCommandTest, AnInterruptEndsItAndKeepsTheRounds) {
  world_.host.load_never_ends = true;
  world_.time.interrupt_at_wait = 2;
  EXPECT_EQ(world_.Run({"load", "-o", "json"}), 130);
  EXPECT_THAT(world_.console.out, HasSubstr("\"interrupted\": true"));
  EXPECT_THAT(world_.console.out, HasSubstr("\"number\": 2"));
  EXPECT_THAT(world_.console.err, HasSubstr("interrupted: cleaning up"));
}

TEST_F(LoadCommandTest, AFailureLeavesTheRoundsThatWereInAnyFormat) {
  world_.host.load_status = absl::UnavailableError("the sensor stopped reporting counters");
  EXPECT_EQ(world_.Run({"load", "-o", "json"}), 1);
  EXPECT_THAT(world_.console.out, HasSubstr("\"number\": 2"));
  EXPECT_THAT(world_.console.err, HasSubstr("stopped reporting"));
}

TEST_F(LoadCommandTest, AFailureIsTold) {
  world_.host.load_status = absl::ResourceExhaustedError("the memory limit killed it");
  EXPECT_EQ(world_.Run({"load"}), 1);
  EXPECT_THAT(world_.console.err, HasSubstr("the memory limit killed it"));
  EXPECT_THAT(world_.console.out, Not(IsEmpty())) << "the rounds that were";
}

}  // namespace
}  // namespace bench
