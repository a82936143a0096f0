#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "tests/benchctl/commands/fake_world.h"
#include "tests/fakes/free_port.h"

namespace bench {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

TEST(SweepCommand, EveryRunAnsweredIsExitZeroWithTheResultAloneOnStdout) {
  FakeWorld world(OneRunScript(v1::Result::SUSTAINABLE));
  EXPECT_EQ(world.Run({"sweep", "--cpu", "500m"}), 0) << world.console.err;
  EXPECT_THAT(world.console.out, HasSubstr("SUSTAINABLE"));
  EXPECT_THAT(world.console.out, Not(HasSubstr("trial")));
  EXPECT_EQ(world.console.err,
            "campaign c1: 1 run\n"
            "sensor auto: no Falco on this host, taking the reference sensor\n"
            "[1/1 cpu=500m memory=512Mi] baseline\n"
            "[1/1 cpu=500m memory=512Mi] trial 1 ramp 20.0k syscalls/s: GOOD (lag 0.0 ms, loss 0%, "
            "cpu 0.00)\n"
            "[1/1 cpu=500m memory=512Mi] SUSTAINABLE 153k syscalls/s (>= 153k)\n");
  ASSERT_EQ(world.sessions.opened.size(), 1u);
  EXPECT_EQ(world.sessions.workers_started, 1);
  EXPECT_TRUE(world.time.armed);
  EXPECT_EQ(world.sessions.closed, 1);
  ASSERT_EQ(world.controller.submitted().size(), 1u);
  EXPECT_THAT(world.controller.submitted()[0].spec().cpu_millis(), ElementsAre(500));
  EXPECT_EQ(world.controller.submitted()[0].request_id().size(), 32u);
}

TEST(SweepCommand, QuietLeavesOnlyTheResult) {
  FakeWorld world(OneRunScript(v1::Result::SUSTAINABLE));
  EXPECT_EQ(world.Run({"sweep", "-q", "-o", "json"}), 0);
  EXPECT_EQ(world.console.err, "");
  EXPECT_THAT(world.console.out, StartsWith("{\n \"campaign\": {"));
}

TEST(SweepCommand, OnATerminalThereIsALiveBlockThatIsGoneAtTheEnd) {
  FakeWorld world(OneRunScript(v1::Result::SUSTAINABLE));
  world.console.terminal = true;
  world.variables["NO_COLOR"] = "1";
  EXPECT_EQ(world.Run({"sweep"}), 0);
  ASSERT_GE(world.console.blocks.size(), 3u);
  EXPECT_THAT(world.console.blocks.front()[0], StartsWith("Campaign c1  [----"));
  EXPECT_THAT(world.console.blocks.back(), IsEmpty());
  EXPECT_THAT(world.console.err, Not(HasSubstr("trial 1")));
  EXPECT_THAT(world.console.err, Not(HasSubstr("\x1b")));
}

TEST(SweepCommand, ARunWithoutAnAnswerIsExitThree) {
  for (v1::Result::Verdict verdict : {v1::Result::FAILED, v1::Result::TIMED_OUT}) {
    FakeWorld world(OneRunScript(verdict));
    EXPECT_EQ(world.Run({"sweep"}), 3);
    EXPECT_THAT(world.console.out, HasSubstr(v1::Result::Verdict_Name(verdict)));
  }
  FakeWorld answered(OneRunScript(v1::Result::OUT_OF_MEMORY));
  EXPECT_EQ(answered.Run({"sweep"}), 0);
}

TEST(SweepCommand, ARefusedSweepIsExitTwoAndAFailedOneExitOne) {
  AdminScript script = OneRunScript(v1::Result::SUSTAINABLE);
  script.submit = absl::InvalidArgumentError("too many runs: at most 10000");
  FakeWorld refused(script);
  EXPECT_EQ(refused.Run({"sweep"}), 2);
  EXPECT_EQ(refused.console.out, "");
  EXPECT_EQ(refused.console.err, "error: too many runs: at most 10000\n");
  script.submit = absl::ResourceExhaustedError("disk full");
  FakeWorld failed(script);
  EXPECT_EQ(failed.Run({"sweep"}), 1);
  EXPECT_EQ(failed.sessions.workers_started, 0);
  EXPECT_EQ(failed.sessions.closed, 1);
}

TEST(SweepCommand, ARuleFileThatIsNotHereIsSaidBeforeAnythingStarts) {
  FakeWorld world(OneRunScript(v1::Result::SUSTAINABLE));
  EXPECT_EQ(world.Run({"sweep", "--sensor", "falco", "--rules", "/none/such.yaml"}), 2);
  EXPECT_THAT(world.console.err, HasSubstr("--rules: /none/such.yaml: No such file"));
  EXPECT_EQ(world.Run({"sweep", "--sensor", "falco", "--rules", "/none/such.yaml", "--dry-run"}),
            2);
  EXPECT_THAT(world.sessions.opened, IsEmpty());
  // A worker elsewhere may well have it.
  world.sessions.fake_remote = true;
  EXPECT_EQ(world.Run({"sweep", "--controller", "h:1", "--sensor", "falco", "--rules",
                       "/none/such.yaml"}),
            0)
      << world.console.err;
}

TEST(SweepCommand, AnUnreachableControllerIsExitFiveAndNamesTheAddress) {
  FakeWorld world(OneRunScript(v1::Result::SUSTAINABLE));
  std::string address = absl::StrCat("127.0.0.1:", FreePort());
  EXPECT_EQ(world.Run({"sweep", "--controller", address}), 5);
  EXPECT_THAT(world.console.err, HasSubstr(absl::StrCat("controller at ", address)));
  FakeWorld by_variable(OneRunScript(v1::Result::SUSTAINABLE));
  by_variable.variables["BENCHCTL_CONTROLLER"] = address;
  EXPECT_EQ(by_variable.Run({"campaigns"}), 5);
}

TEST(SweepCommand, RefusedCredentialsAreExitFiveOnlyWithAController) {
  AdminScript script = OneRunScript(v1::Result::SUSTAINABLE);
  script.submit = absl::PermissionDeniedError("not an operator");
  FakeWorld remote(script);
  remote.sessions.fake_remote = true;
  EXPECT_EQ(remote.Run({"sweep", "--controller", "bench.example:7443"}), 5);
  EXPECT_THAT(remote.console.err, HasSubstr("bench.example:7443 refused our credentials"));
  FakeWorld embedded(script);
  EXPECT_EQ(embedded.Run({"sweep"}), 1);
}

TEST(SweepCommand, AnInterruptCancelsCleansUpAndPrintsWhatWasMeasured) {
  AdminScript script = OneRunScript(v1::Result::SUSTAINABLE);
  script.progress.pop_back();  // never ends by itself
  script.campaign.mutable_campaign()->set_state(v1::Campaign::RUNNING);
  script.campaign.mutable_runs(0)->set_state(v1::Run::RUNNING);
  script.campaign.mutable_runs(0)->clear_result();
  FakeWorld world(script);
  world.time.interrupt_at_wait = 3;
  EXPECT_EQ(world.Run({"sweep"}), 130);
  EXPECT_THAT(world.controller.cancelled(), ElementsAre("c1"));
  EXPECT_THAT(world.console.err, HasSubstr("interrupted: cancelling and cleaning up"));
  EXPECT_THAT(world.console.out, HasSubstr("CANCELLED"));
  EXPECT_EQ(world.sessions.closed, 1);
}

TEST(SweepCommand, AWorkerThatEndsIsAnErrorAndItsCampaignIsCancelled) {
  FakeWorld world(OneRunScript(v1::Result::SUSTAINABLE));
  world.sessions.health = absl::InternalError("the worker ended: out of disk");
  EXPECT_EQ(world.Run({"sweep"}), 1);
  EXPECT_THAT(world.console.err, HasSubstr("error: the worker ended: out of disk\n"));
  EXPECT_THAT(world.controller.cancelled(), ElementsAre("c1"));
}

TEST(SweepCommand, AWorkerThatCannotStartTakesItsCampaignBack) {
  FakeWorld world(OneRunScript(v1::Result::SUSTAINABLE));
  world.sessions.start_worker = absl::InternalError("no bench-sensor");
  EXPECT_EQ(world.Run({"sweep"}), 1);
  EXPECT_EQ(world.console.err, "error: no bench-sensor\n");
  EXPECT_THAT(world.controller.cancelled(), ElementsAre("c1"));
}

TEST(SweepCommand, WithoutPrivilegesOnlyASimulatedSensorIsMeasured) {
  FakeWorld world(OneRunScript(v1::Result::SUSTAINABLE));
  world.host.privileges = absl::PermissionDeniedError("needs root");
  EXPECT_EQ(world.Run({"sweep"}), 1);
  EXPECT_EQ(world.console.err, "error: needs root\n");
  EXPECT_THAT(world.sessions.opened, IsEmpty());
  EXPECT_EQ(world.Run({"sweep", "--sensor", "simulated"}), 0);
}

TEST(SweepCommand, ADryRunStartsNothing) {
  FakeWorld world(OneRunScript(v1::Result::SUSTAINABLE));
  world.host.privileges = absl::PermissionDeniedError("needs root");
  EXPECT_EQ(world.Run({"sweep", "--cpu", "500m,1", "--repeat", "2", "--dry-run"}), 0);
  EXPECT_THAT(world.console.out, HasSubstr("4 runs, about "));
  EXPECT_THAT(world.sessions.opened, IsEmpty());
}

TEST(SweepCommand, WarnsOfALimitThatCannotBiteOnThisHost) {
  FakeWorld world(OneRunScript(v1::Result::SUSTAINABLE));
  EXPECT_EQ(world.Run({"sweep", "--cpu", "2,4", "--dry-run"}), 0);
  EXPECT_THAT(world.console.err, HasSubstr("warning: --cpu 4: this host has only 2 CPUs"));
  EXPECT_THAT(world.console.err, Not(HasSubstr("--cpu 2:")));
}

TEST(SweepCommand, AnUnknownActionListsWhatThereIs) {
  FakeWorld world(OneRunScript(v1::Result::SUSTAINABLE));
  EXPECT_EQ(world.Run({"sweep", "--actions", "Nothing"}), 2);
  EXPECT_THAT(world.console.err,
              HasSubstr("--actions: no action matches \"Nothing\"; there are: ReadSensitive"));
}

TEST(SweepCommand, DetachSubmitsAndLeaves) {
  FakeWorld world(OneRunScript(v1::Result::SUSTAINABLE));
  world.sessions.fake_remote = true;
  EXPECT_EQ(world.Run({"sweep", "--controller", "bench.example:7443", "--detach"}), 0);
  EXPECT_EQ(world.time.waits, 0);
  EXPECT_THAT(world.console.out, HasSubstr("benchctl show c1"));
}

TEST(SweepCommand, AResultThatCannotBeWrittenIsExitOne) {
  FakeWorld world(OneRunScript(v1::Result::SUSTAINABLE));
  world.console.out_status = absl::ResourceExhaustedError("writing to stdout: disk full");
  EXPECT_EQ(world.Run({"sweep"}), 1);
}

}  // namespace
}  // namespace bench
