// A Falco that runs already in a group of its own, as a service does: limited, measured, handed
// back. Needs root and cgroup controllers; the Falco is the fake one.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/os/files.h"
#include "tests/e2e/harness.h"
#include "tests/fakes/fake_falco_play.h"
#include "tests/fakes/free_port.h"
#include "tests/fakes/real_cgroup.h"
#include "tests/fakes/wait_until.h"

namespace bench::e2e {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr int64_t kMiB = 1 << 20;

class Attach : public ::testing::Test {
 protected:
  void SetUp() override {
    // Not by our prefix: a benchmark's own sensor is none to attach to.
    auto group = ForeignGroup::Make("bench-e2e");
    if (NoCgroupsHere(group.status())) GTEST_SKIP() << group.status().message();
    ASSERT_TRUE(group.ok()) << group.status();
    group_ = *std::move(group);
  }

  void StartFalco(const std::string& metrics_interval, const std::vector<std::string>& more = {}) {
    Write("cpu.cfs_quota_us", "150000");
    Write("memory.limit_in_bytes", absl::StrCat(900 * kMiB));
    std::filesystem::copy_file(Program("fake-falco"), dir_ / "falco");
    std::vector<std::string> command = {dir_ / "falco",
                                        "-c",
                                        dir_.Write("falco.yaml", "watch_config_files: false\n"),
                                        "-o",
                                        "metrics.enabled=true",
                                        "-o",
                                        "metrics.output_file=" + (dir_ / "metrics"),
                                        "-o",
                                        "metrics.interval=" + metrics_interval,
                                        "-o",
                                        "metrics.kernel_event_counters_enabled=true"};
    for (const std::string& option : more) command.insert(command.end(), {"-o", option});
    auto child = group_->Spawn(command);
    ASSERT_TRUE(child.ok()) << child.status();
    falco_ = *std::move(child);
    WaitUntil([this] { return PathExists(dir_ / "metrics"); }, absl::Seconds(5));
  }

  ~Attach() override { falco_.Terminate(absl::Seconds(2)); }

  // A knob that v1 alone has.
  void Write(const std::string& knob, const std::string& text) {
    const std::string path = KnobPath(group_->directories(), knob, "");
    if (!path.empty()) {
      EXPECT_TRUE(WriteFile(path, text).ok()) << path;
    }
  }

  std::map<std::string, std::string> Limits() const { return LimitTexts(group_->directories()); }
  // Waits until somebody has changed them.
  bool Changed(const std::map<std::string, std::string>& before) const {
    return WaitUntil([&] { return Limits() != before; }, absl::Seconds(10), absl::Milliseconds(50));
  }

  std::vector<std::string> Load(const std::string& sensor) const {
    return {Program("benchctl"),
            "load",
            "--sensor",
            sensor,
            "--rate",
            "1k",
            "--cpu",
            "250m",
            "--memory",
            "256Mi",
            "--duration",
            "1s",
            "--state-dir",
            dir_ / "state"};
  }

  TempDir dir_;
  std::unique_ptr<ForeignGroup> group_;
  ChildProcess falco_;
};

TEST_F(Attach, AKilledBenchmarksLimitsArePutBackAtOnce) {
  StartFalco("200ms");
  const auto before = Limits();
  ASSERT_FALSE(before.empty());
  Server load = StartServer(Load(absl::StrCat("attach:", falco_.pid())), dir_ / "log");
  EXPECT_TRUE(Changed(before)) << ReadLog(load);
  load.process.Signal(SIGKILL).IgnoreError();
  ASSERT_TRUE(load.process.Wait(absl::Seconds(5)).ok());
  EXPECT_TRUE(WaitUntil([&] { return Limits() == before; }));
  EXPECT_FALSE(falco_.Poll().has_value());  // it never noticed
}

TEST_F(Attach, ABenchmarksLimitsThatWasKilledWithItsGuardArePutBackByTheNextOne) {
  StartFalco("200ms");
  const auto before = Limits();
  ASSERT_FALSE(before.empty());
  Server load = StartServer(Load(absl::StrCat("attach:", falco_.pid())), dir_ / "log");
  EXPECT_TRUE(Changed(before)) << ReadLog(load);
  KillWithItsGuard(load);
  EXPECT_NE(Limits(), before);

  Finished next = RunToEnd({Program("benchctl"), "load", "--dry-run", "--rate", "1k", "--duration",
                            "1s", "--state-dir", dir_ / "state"});
  EXPECT_EQ(next.exit_code, 0) << next.err;
  EXPECT_EQ(Limits(), before) << next.err;
  EXPECT_FALSE(falco_.Poll().has_value());  // it never noticed
}

TEST_F(Attach, AnInterruptHandsItBack) {
  StartFalco("200ms");
  const auto before = Limits();
  Server load = StartServer(Load("attach"), dir_ / "log");
  EXPECT_TRUE(Changed(before)) << ReadLog(load);
  load.process.Signal(SIGINT).IgnoreError();
  auto state = load.process.Wait(absl::Seconds(30));
  ASSERT_TRUE(state.ok());
  EXPECT_EQ(state->ToString(), "exit code 130") << ReadLog(load);
  EXPECT_EQ(Limits(), before);
  EXPECT_FALSE(falco_.Poll().has_value());
}

TEST_F(Attach, WhatItsConfigurationLacksIsSaidBeforeAnythingRuns) {
  StartFalco("15m");
  const auto before = Limits();
  Finished load = RunToEnd(Load("attach"));
  EXPECT_EQ(load.exit_code, 1);
  EXPECT_THAT(load.err, AllOf(HasSubstr("every 15m"), HasSubstr("interval: 500ms")));
  EXPECT_THAT(load.err, Not(HasSubstr("baseline")));
  EXPECT_EQ(Limits(), before);
}

// One whose gRPC output is configured, and whose socket nobody serves.
class DeadGrpc : public Attach {
 protected:
  void Start(const std::vector<std::string>& outputs) {
    play_.Set("VERSION", "0.43.0");
    std::vector<std::string> options = {"json_output=true", "grpc.enabled=true",
                                        "grpc_output.enabled=true",
                                        "grpc.bind_address=unix://" + socket_};
    options.insert(options.end(), outputs.begin(), outputs.end());
    StartFalco("200ms", options);
    EXPECT_TRUE(WaitUntil([this] { return PathExists(socket_); }));
    std::filesystem::remove(socket_);
  }

  // What is said until it is measured.
  std::string SaidByARunThatGoesOn() {
    const auto before = Limits();
    Server load = StartServer(Load("attach"), dir_ / "log");
    EXPECT_TRUE(Changed(before)) << ReadLog(load);
    const auto measures = [&] { return absl::StrContains(ReadLog(load), "baseline"); };
    EXPECT_TRUE(WaitUntil(measures, absl::Seconds(20))) << ReadLog(load);
    load.process.Signal(SIGINT).IgnoreError();
    EXPECT_TRUE(load.process.Wait(absl::Seconds(30)).ok());
    EXPECT_EQ(Limits(), before);
    return ReadLog(load);
  }

  const std::string socket_ = dir_ / "grpc.sock";
  FakeFalcoPlay play_;
};

TEST_F(DeadGrpc, AlertsAreCountedWithoutItWhereNothingElseIsOn) {
  Start({});
  EXPECT_THAT(SaidByARunThatGoesOn(),
              AllOf(HasSubstr("alerts from nowhere"),
                    HasSubstr("its gRPC output at unix:" + socket_ +
                              " doesn't answer: no connection within 5s"),
                    HasSubstr("note: its gRPC output is on, and nobody answers"),
                    HasSubstr("grpc_output: {enabled: false}")));
}

TEST_F(DeadGrpc, AlertsAreReceivedByHttpWhereThatIsOn) {
  const std::string port = absl::StrCat(FreePort());
  Start({"http_output.enabled=true", "http_output.url=http://127.0.0.1:" + port});
  EXPECT_THAT(SaidByARunThatGoesOn(),
              AllOf(HasSubstr("alerts from its http_output to 127.0.0.1, port " + port),
                    HasSubstr("doesn't answer: no connection within 5s"),
                    HasSubstr("note: its gRPC output is on, and nobody answers")));
}

TEST_F(DeadGrpc, ItsFileIsReadWhereThatIsOn) {
  Start({"file_output.enabled=true", "file_output.filename=" + (dir_ / "alerts")});
  EXPECT_THAT(SaidByARunThatGoesOn(), HasSubstr("alerts from its file " + (dir_ / "alerts")));
}

TEST_F(DeadGrpc, NeitherItNorAFileThatCanNotBeEndsTheRun) {
  std::filesystem::create_directory(dir_ / "gone");
  Start({"file_output.enabled=true", "file_output.filename=" + (dir_ / "gone/alerts")});
  std::filesystem::remove_all(dir_ / "gone");
  EXPECT_THAT(
      SaidByARunThatGoesOn(),
      AllOf(HasSubstr("alerts from nowhere"), HasSubstr("there is no directory " + (dir_ / "gone")),
            HasSubstr("note: its gRPC output is on, and nobody answers")));
}

TEST_F(Attach, SaysWhenThereIsNoFalcoToAttachTo) {
  Finished none = RunToEnd(Load("attach"));
  EXPECT_EQ(none.exit_code, 1);
  EXPECT_THAT(none.err, HasSubstr("no Falco runs on this host"));
  Finished other = RunToEnd(Load("attach:unit=falco-kmod"));
  EXPECT_EQ(other.exit_code, 1);
}

}  // namespace
}  // namespace bench::e2e
