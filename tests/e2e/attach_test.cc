// A Falco that runs already in a group of its own, as a service does: limited, measured, handed
// back. Needs root and cgroup controllers; the Falco is the fake one.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/os/files.h"
#include "tests/e2e/harness.h"
#include "worker/limits/cgroup.h"

namespace bench::e2e {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr int64_t kMiB = 1 << 20;

class Attach : public ::testing::Test {
 protected:
  void SetUp() override {
    if (geteuid() != 0) GTEST_SKIP() << "needs root to make control groups";
    auto mounts = DetectCgroups(*ReadFile("/proc/self/mountinfo"), "");
    if (!mounts.ok()) GTEST_SKIP() << mounts.status().message();
    std::set<std::string> hierarchies = {mounts->unified, mounts->cpu, mounts->cpuacct,
                                         mounts->memory};
    hierarchies.erase("");
    for (const std::string& hierarchy : hierarchies) {
      // Not by our prefix: a benchmark's own sensor is none to attach to.
      directories_.push_back(absl::StrCat(hierarchy, "/bench-e2e-", getpid()));
      std::error_code error;
      std::filesystem::create_directory(directories_.back(), error);
      if (error) GTEST_SKIP() << directories_.back() << ": " << error.message();
    }
  }

  void StartFalco(const std::string& metrics_interval) {
    std::vector<std::string> join;
    for (const std::string& directory : directories_) join.push_back(directory + "/cgroup.procs");
    Write("cpu.cfs_quota_us", "150000");
    Write("memory.limit_in_bytes", absl::StrCat(900 * kMiB));
    std::filesystem::copy_file(Program("fake-falco"), dir_ / "falco");
    SpawnOptions spawn;
    spawn.argv = {dir_ / "falco",
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
    spawn.join_cgroup_procs = join;
    auto child = ChildProcess::Spawn(spawn);
    ASSERT_TRUE(child.ok()) << child.status();
    falco_ = *std::move(child);
    for (int i = 0; i < 100 && !PathExists(dir_ / "metrics"); ++i) {
      absl::SleepFor(absl::Milliseconds(50));
    }
  }

  ~Attach() override {
    falco_.Terminate(absl::Seconds(2));
    std::error_code error;
    for (const std::string& directory : directories_) std::filesystem::remove(directory, error);
  }

  void Write(const std::string& knob, const std::string& text) {
    for (const std::string& directory : directories_) {
      const std::string path = directory + "/" + knob;
      if (PathExists(path)) {
        EXPECT_TRUE(WriteFile(path, text).ok()) << path;
      }
    }
  }

  std::map<std::string, std::string> Limits() const {
    std::map<std::string, std::string> texts;
    for (const std::string& directory : directories_) {
      for (const char* knob : {"cpu.cfs_quota_us", "cpu.cfs_period_us", "memory.limit_in_bytes",
                               "memory.memsw.limit_in_bytes", "cpu.max", "memory.max"}) {
        auto text = ReadFile(directory + "/" + knob);
        if (text.ok()) texts[directory + "/" + knob] = *text;
      }
    }
    return texts;
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
  std::vector<std::string> directories_;
  ChildProcess falco_;
};

TEST_F(Attach, AKilledBenchmarksLimitsArePutBackByTheNextOne) {
  StartFalco("200ms");
  const auto before = Limits();
  ASSERT_FALSE(before.empty());
  Server load = StartServer(Load(absl::StrCat("attach:", falco_.pid())), dir_ / "log");
  for (int i = 0; i < 200 && Limits() == before; ++i) absl::SleepFor(absl::Milliseconds(50));
  EXPECT_NE(Limits(), before) << ReadLog(load);
  load.process.Signal(SIGKILL).IgnoreError();
  ASSERT_TRUE(load.process.Wait(absl::Seconds(5)).ok());
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
  for (int i = 0; i < 200 && Limits() == before; ++i) absl::SleepFor(absl::Milliseconds(50));
  EXPECT_NE(Limits(), before) << ReadLog(load);
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

TEST_F(Attach, SaysWhenThereIsNoFalcoToAttachTo) {
  Finished none = RunToEnd(Load("attach"));
  EXPECT_EQ(none.exit_code, 1);
  EXPECT_THAT(none.err, HasSubstr("no Falco runs on this host"));
  Finished other = RunToEnd(Load("attach:unit=falco-kmod"));
  EXPECT_EQ(other.exit_code, 1);
}

}  // namespace
}  // namespace bench::e2e
