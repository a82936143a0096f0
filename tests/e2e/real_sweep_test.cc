// The reference sensor, real system calls, real limits: needs root, BPF and cgroup controllers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>

#include "absl/time/clock.h"
#include "common/os/files.h"
#include "google/protobuf/util/json_util.h"
#include "tests/e2e/harness.h"
#include "tests/fakes/wait_until.h"

namespace bench::e2e {
namespace {

using ::testing::IsEmpty;
using ::testing::Not;

class RealSweep : public ::testing::Test {
 protected:
  void SetUp() override {
    if (geteuid() != 0) GTEST_SKIP() << "needs root: eBPF, cgroups and real-time threads";
    if (!PathExists("/sys/kernel/btf/vmlinux")) GTEST_SKIP() << "this kernel has no BTF";
    Finished doctor =
        RunToEnd({Program("benchctl"), "doctor", "-o", "json", "--state-dir", dir_ / "state"});
    for (const char* check : {"\"bpf\"", "\"cgroups\""}) {
      size_t at = doctor.out.find(check);
      if (at == std::string::npos) continue;
      std::string entry = doctor.out.substr(at, doctor.out.find('}', at) - at);
      if (entry.find("\"FAIL\"") != std::string::npos) GTEST_SKIP() << "doctor says: " << entry;
    }
  }

  std::vector<std::string> Sweep(const std::string& profile) {
    return {Program("benchctl"),
            "sweep",
            "--sensor",
            "reference",
            "--cpu",
            "200m",
            "--memory",
            "512Mi",
            "--profile",
            profile,
            "--precision",
            "30%",
            "--round-duration",
            "3s",
            "--run-timeout",
            "3m",
            "-o",
            "json",
            "--db",
            dir_ / "bench.db",
            "--state-dir",
            dir_ / "state"};
  }

  // What this test has left on the host. What somebody else's benchmark left is not its own.
  std::vector<std::string> LeftBehind() {
    std::vector<std::string> left = Leftovers(dir_ / "state");
    std::erase_if(left, [this](const std::string& one) {
      return std::find(found_.begin(), found_.end(), one) != found_.end();
    });
    return left;
  }

  TempDir dir_;
  const std::vector<std::string> found_ = Leftovers(dir_ / "state");
};

TEST_F(RealSweep, FindsTheRateAtWhichTheSensorBeginsToLoseEvents) {
  Finished sweep = RunToEnd(Sweep("recipe"), absl::Minutes(4));
  ASSERT_EQ(sweep.exit_code, 0) << sweep.err;
  v1::GetCampaignResponse campaign = ParseCampaign(sweep.out);
  ASSERT_EQ(campaign.runs_size(), 1);
  const v1::Run& run = campaign.runs(0);
  EXPECT_EQ(run.sensor().kind(), "reference");
  EXPECT_NE(run.result().verdict(), v1::Result::FAILED) << sweep.out;
  EXPECT_NE(run.result().verdict(), v1::Result::VERDICT_UNSPECIFIED) << sweep.out;
  // The limit held: the sensor never got more than its share, by the kernel's own accounts.
  EXPECT_THAT(
      Query(dir_ / "bench.db", "SELECT number, cpu_cores FROM trials WHERE cpu_cores > 0.2 * 1.25"),
      IsEmpty());
  EXPECT_THAT(LeftBehind(), IsEmpty());
}

TEST_F(RealSweep, WhatAKilledSweepLeftIsGoneAfterTheNextStart) {
  for (absl::Duration delay : {absl::Milliseconds(600), absl::Seconds(4), absl::Seconds(12)}) {
    Server sweep = StartServer(Sweep("recipe"), dir_ / "log");
    absl::SleepFor(delay);
    KillWithItsGuard(sweep);
    Finished next = RunToEnd({Program("benchctl"), "sweep", "--sensor", "simulated",
                              "--sim-time-scale", "500", "--cpu", "1", "--memory", "512Mi", "--db",
                              dir_ / "next.db", "--state-dir", dir_ / "state"});
    EXPECT_EQ(next.exit_code, 0) << next.err;
    // The kernel takes a moment for what was killed with it.
    EXPECT_TRUE(WaitUntil([this] { return LeftBehind().empty(); }))
        << "killed after " << delay << ": " << testing::PrintToString(LeftBehind());
  }
}

TEST_F(RealSweep, AKilledOneLeavesNothingForLong) {
  for (absl::Duration delay : {absl::Milliseconds(600), absl::Seconds(7)}) {
    Server sweep = StartServer(Sweep("recipe"), dir_ / "log");
    absl::SleepFor(delay);
    sweep.process.Signal(SIGKILL).IgnoreError();
    ASSERT_TRUE(sweep.process.Wait(absl::Seconds(5)).ok());
    EXPECT_TRUE(WaitUntil([this] { return LeftBehind().empty(); }))
        << "killed after " << delay << ": " << testing::PrintToString(LeftBehind());
  }
}

TEST_F(RealSweep, TermLeavesNothing) {
  Server sweep = StartServer(Sweep("filler"), dir_ / "log");
  absl::SleepFor(absl::Seconds(6));
  sweep.process.Signal(SIGTERM).IgnoreError();
  auto state = sweep.process.Wait(absl::Seconds(30));
  ASSERT_TRUE(state.ok());
  EXPECT_EQ(state->ToString(), "exit code 130") << ReadLog(sweep);
  EXPECT_THAT(LeftBehind(), IsEmpty());
}

TEST_F(RealSweep, ALoadTellsItsRoundsAndLeavesNothing) {
  Finished load = RunToEnd({Program("benchctl"), "load", "--sensor", "reference", "--profile",
                            "recipe", "--rate", "5k", "--cpu", "500m", "--round-duration", "2s",
                            "--duration", "4s", "-o", "json", "--state-dir", dir_ / "state"},
                           absl::Minutes(1));
  ASSERT_EQ(load.exit_code, 0) << load.err;
  v1::LoadReport report;
  ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(load.out, &report).ok()) << load.out;
  EXPECT_EQ(report.sensor().kind(), "reference");
  ASSERT_EQ(report.rounds_size(), 2);
  for (const v1::LoadRound& round : report.rounds()) {
    EXPECT_NEAR(round.trial().achieved().syscalls_per_sec(), 5e3, 100);
    EXPECT_GT(round.trial().alerts_expected(), 100);
    EXPECT_EQ(round.lost_ratio(), 0) << load.out;
    EXPECT_GT(round.trial().memory_bytes(), 0);
  }
  EXPECT_THAT(LeftBehind(), IsEmpty());
}

TEST_F(RealSweep, AKilledLoadIsUndoneByTheNextOne) {
  Server load = StartServer(
      {Program("benchctl"), "load", "--dry-run", "--rate", "1k", "--state-dir", dir_ / "state"},
      dir_ / "log");
  absl::SleepFor(absl::Seconds(2));
  // Stopped first: neither may see the other die and clean up.
  load.process.Signal(SIGSTOP).IgnoreError();
  for (pid_t generator : PidsOf("bench-generator")) kill(generator, SIGKILL);
  KillWithItsGuard(load);
  EXPECT_THAT(LeftBehind(), Not(IsEmpty()));
  Finished next = RunToEnd({Program("benchctl"), "load", "--dry-run", "--rate", "1k", "--duration",
                            "1s", "--state-dir", dir_ / "state"});
  EXPECT_EQ(next.exit_code, 0) << next.err;
  EXPECT_THAT(LeftBehind(), IsEmpty());
}

TEST_F(RealSweep, AMemoryLimitTooSmallToStartIsSaidToBeThat) {
  // Less than a ring buffer takes, and enough for that but for nothing else.
  for (const char* memory : {"2Mi", "9Mi"}) {
    std::vector<std::string> argv = Sweep("recipe");
    for (std::string& arg : argv) {
      if (arg == "512Mi") arg = memory;
    }
    Finished sweep = RunToEnd(argv, absl::Minutes(2));
    v1::GetCampaignResponse campaign = ParseCampaign(sweep.out);
    ASSERT_EQ(campaign.runs_size(), 1);
    EXPECT_EQ(campaign.runs(0).result().verdict(), v1::Result::OUT_OF_MEMORY) << sweep.out;
    EXPECT_EQ(campaign.runs(0).result().limited_by(), v1::Result::MEMORY_LIMIT);
    EXPECT_THAT(LeftBehind(), IsEmpty());
  }
}

}  // namespace
}  // namespace bench::e2e
