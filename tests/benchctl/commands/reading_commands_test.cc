#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "tests/benchctl/commands/fake_world.h"

namespace bench {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

AdminScript Script() {
  AdminScript script = OneRunScript(v1::Result::SUSTAINABLE);
  *script.run.mutable_run() = script.campaign.runs(0);
  *script.campaigns.add_campaigns() = script.campaign.campaign();
  *script.runs.mutable_runs() = script.campaign.runs();
  return script;
}

TEST(CommandLine, AloneItPrintsHelpAndIsExitTwo) {
  FakeWorld world(Script());
  EXPECT_EQ(world.Run({}), 2);
  EXPECT_EQ(world.console.out, "");
  EXPECT_THAT(world.console.err, HasSubstr("sudo benchctl sweep --cpu 500m,1,2 --memory 512Mi"));
}

TEST(CommandLine, HelpIsExitZeroOnStdoutAndStartsNothing) {
  for (const std::vector<std::string>& line : {std::vector<std::string>{"--help"},
                                               {"sweep", "--help"},
                                               {"load", "--help"},
                                               {"runs", "list", "-h"},
                                               {"campaigns", "--help"},
                                               {"show", "--help"},
                                               {"doctor", "--help"}}) {
    FakeWorld world(Script());
    EXPECT_EQ(world.Run(line), 0);
    EXPECT_THAT(world.console.out, HasSubstr("--controller HOST:PORT"));
    EXPECT_EQ(world.console.err, "");
    EXPECT_THAT(world.sessions.opened, IsEmpty());
  }
  FakeWorld world(Script());
  world.Run({"sweep", "--help"});
  EXPECT_THAT(world.console.out, HasSubstr("--cpu LIST=500m,1,2"));
  EXPECT_THAT(world.console.out, HasSubstr("--memory LIST=512Mi"));
}

TEST(CommandLine, WhatItDoesNotKnowIsExitTwoWithAHint) {
  for (const std::vector<std::string>& line : {std::vector<std::string>{"nonsense"},
                                               {"sweep", "--nonsense"},
                                               {"show"},
                                               {"runs"},
                                               {"show", "a", "b"},
                                               {"sweep", "--cpu"},
                                               {"-o", "toml", "version"},
                                               {"-q", "-v", "version"},
                                               {"version", "--controller", "nowhere"},
                                               {"campaigns", "--controller", "h:1", "--db", "f"},
                                               {"sweep", "--repeat", "x"},
                                               {"runs", "list", "--cpu", "x"},
                                               {"runs", "list", "--since", "yesterday"},
                                               {"runs", "list", "--buffer-preset", "11"},
                                               {"runs", "list", "--limit", "0"}}) {
    FakeWorld world(Script());
    EXPECT_EQ(world.Run(line), 2) << line[0];
    EXPECT_THAT(world.console.err, StartsWith("error: "));
    EXPECT_EQ(world.console.out, "");
    EXPECT_THAT(world.sessions.opened, IsEmpty());
  }
  FakeWorld world(Script());
  world.Run({"runs", "list", "--nonsense"});
  EXPECT_THAT(world.console.err, HasSubstr("Run `benchctl runs list --help`"));
}

TEST(CommandLine, GlobalFlagsStandAnywhere) {
  for (const std::vector<std::string>& line :
       {std::vector<std::string>{"-o", "json", "campaigns", "list"},
        {"campaigns", "-o", "json", "list"},
        {"campaigns", "list", "-o", "json"},
        {"campaigns", "-o", "json"}}) {
    FakeWorld world(Script());
    EXPECT_EQ(world.Run(line), 0) << world.console.err;
    EXPECT_THAT(world.console.out, StartsWith("{\n \"campaigns\": ["));
  }
}

TEST(CommandLine, TheDatabaseFlagWinsOverTheControllerVariable) {
  FakeWorld world(Script());
  world.variables["BENCHCTL_CONTROLLER"] = "bench.example:7443";
  EXPECT_EQ(world.Run({"campaigns", "--db", "/x/y.db"}), 0);
  EXPECT_EQ(world.sessions.opened[0].controller, "");
  EXPECT_EQ(world.sessions.opened[0].db_path, "/x/y.db");
  EXPECT_EQ(world.sessions.workers_started, 0);
}

TEST(ShowCommand, FindsCampaignsAndRuns) {
  FakeWorld campaign(Script());
  EXPECT_EQ(campaign.Run({"show", "c1"}), 0);
  EXPECT_THAT(campaign.console.out, HasSubstr("Campaign c1: benchctl show c1"));
  FakeWorld run(Script());
  EXPECT_EQ(run.Run({"show", "r1", "--trials", "--samples"}), 0);
  EXPECT_THAT(run.console.out, HasSubstr("Run r1\n"));
  EXPECT_TRUE(run.controller.last_get_run().with_trials());
  EXPECT_TRUE(run.controller.last_get_run().with_samples());
  FakeWorld narrow(Script());
  EXPECT_EQ(narrow.Run({"runs", "show", "r1"}), 0);
  EXPECT_EQ(narrow.Run({"campaigns", "show", "r1"}), 1);
}

TEST(ShowCommand, AnUnknownIdIsExitOneAndSaysWhereIdsAre) {
  FakeWorld world(Script());
  EXPECT_EQ(world.Run({"show", "x9"}), 1);
  EXPECT_THAT(world.console.err, HasSubstr("no campaign and no run has the id x9; `benchctl camp"));
}

TEST(ShowCommand, TrialsAreOfRuns) {
  FakeWorld world(Script());
  EXPECT_EQ(world.Run({"show", "c1", "--trials"}), 2);
  EXPECT_THAT(world.console.err, HasSubstr("--trials: c1 is a campaign"));
}

TEST(RunsCommand, SendsItsFilters) {
  FakeWorld world(Script());
  EXPECT_EQ(
      world.Run({"runs",     "list", "--campaign",      "c1",  "--cpu", "500m,1", "--node",  "n1",
                 "--since",  "1h",   "--tag",           "a=1", "--tag", "b=2",    "--limit", "7",
                 "--driver", "kmod", "--buffer-preset", "4,6"}),
      0)
      << world.console.err;
  v1::ListRunsRequest request = world.controller.last_list_runs();
  EXPECT_EQ(request.campaign_id(), "c1");
  EXPECT_THAT(request.cpu_millis(), ElementsAre(500, 1000));
  EXPECT_EQ(request.node(), "n1");
  EXPECT_EQ(request.since_unix_sec(), 1'000'000 - 3600);
  EXPECT_EQ(request.tags().at("b"), "2");
  EXPECT_EQ(request.limit(), 7);
  EXPECT_EQ(request.driver(), "kmod");
  EXPECT_THAT(request.buffer_preset(), ElementsAre(4, 6));
}

TEST(RunsCommand, WhatKeepsRunsFromBeingComparedIsSaidOnStderrWhereTheFormatHasNoPlaceForIt) {
  AdminScript script = Script();
  script.runs.add_notes("Not to be compared.");
  for (const char* format : {"csv", "jsonl", "table", "json"}) {
    FakeWorld world(script);
    EXPECT_EQ(world.Run({"runs", "list", "-o", format}), 0);
    const bool beside = std::string(format) == "csv" || std::string(format) == "jsonl";
    EXPECT_EQ(world.console.err, beside ? "Not to be compared.\n" : "") << format;
    EXPECT_EQ(absl::StrContains(world.console.out, "Not to be compared."), !beside) << format;
  }
}

TEST(ActionsCommand, ListsTheDefaultOnesAllOrThoseThatMatch) {
  FakeWorld world(Script());
  EXPECT_EQ(world.Run({"actions", "list"}), 0);
  EXPECT_THAT(world.console.out, HasSubstr("ReadSensitiveFileUntrusted"));
  EXPECT_THAT(world.console.out, Not(HasSubstr("WriteBelowBinaryDir")));
  EXPECT_THAT(world.console.out, HasSubstr("1 more is off by default"));
  world.console.out.clear();
  EXPECT_EQ(world.Run({"actions", "list", "--all"}), 0);
  EXPECT_THAT(world.console.out, HasSubstr("WriteBelowBinaryDir"));
  world.console.out.clear();
  EXPECT_EQ(world.Run({"actions", "list", "Write"}), 0);
  EXPECT_THAT(world.console.out, HasSubstr("WriteBelowBinaryDir"));
  EXPECT_EQ(world.Run({"actions", "list", "Nothing"}), 2);
  EXPECT_THAT(world.sessions.opened, IsEmpty());
}

TEST(DoctorCommand, OnlyAFailedCheckIsExitOne) {
  FakeWorld world(Script());
  v1::DoctorCheck* check = world.host.doctor.add_checks();
  check->set_status(v1::DoctorCheck::WARN);
  EXPECT_EQ(world.Run({"doctor"}), 0);
  check->set_status(v1::DoctorCheck::FAIL);
  EXPECT_EQ(world.Run({"doctor", "-o", "json"}), 1);
  EXPECT_THAT(world.console.out, HasSubstr("\"status\": \"FAIL\""));
}

TEST(VersionCommand, StartsNothing) {
  FakeWorld world(Script());
  EXPECT_EQ(world.Run({"version", "-o", "json"}), 0);
  EXPECT_THAT(world.console.out, HasSubstr("\"version\": \""));
  EXPECT_THAT(world.sessions.opened, IsEmpty());
}

TEST(CancelCommand, EndsTheCampaignAndPrintsIt) {
  AdminScript script = Script();
  script.campaign.mutable_campaign()->set_state(v1::Campaign::RUNNING);
  FakeWorld world(script);
  EXPECT_EQ(world.Run({"cancel", "c1"}), 0);
  EXPECT_THAT(world.controller.cancelled(), ElementsAre("c1"));
  EXPECT_THAT(world.console.out, HasSubstr("Campaign c1 (CANCELLED)"));
}

TEST(WatchCommand, FollowsToTheLastTable) {
  FakeWorld world(Script());
  world.sessions.fake_remote = true;
  EXPECT_EQ(world.Run({"watch", "c1", "--controller", "bench.example:7443"}), 0);
  EXPECT_THAT(world.console.err, HasSubstr("trial 1 ramp"));
  EXPECT_THAT(world.console.out, HasSubstr("SUSTAINABLE"));
}

TEST(WatchCommand, AnInterruptLeavesTheCampaignAlone) {
  AdminScript script = Script();
  script.progress.pop_back();
  FakeWorld world(script);
  world.sessions.fake_remote = true;
  world.time.interrupt_at_wait = 1;
  EXPECT_EQ(world.Run({"watch", "c1", "--controller", "bench.example:7443"}), 130);
  EXPECT_THAT(world.controller.cancelled(), IsEmpty());
  EXPECT_THAT(world.console.err, HasSubstr("the campaign goes on: `benchctl cancel c1`"));
}

TEST(WatchCommand, EmbeddedItShowsWhatAnotherProcessStores) {
  AdminScript script = Script();
  script.campaign.mutable_campaign()->set_state(v1::Campaign::RUNNING);
  FakeWorld world(script);
  EXPECT_EQ(world.Run({"watch", "c1"}), 0);
  EXPECT_THAT(world.console.err, HasSubstr("is measured by another process"));
  EXPECT_EQ(world.sessions.workers_started, 0);
}

}  // namespace
}  // namespace bench
