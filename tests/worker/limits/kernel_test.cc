// On the machine's own control groups; skipped where they can't be used.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/time/clock.h"
#include "common/os/files.h"
#include "common/os/process.h"
#include "tests/fakes/real_cgroup.h"
#include "worker/limits/cgroup.h"

namespace bench {
namespace {

constexpr int64_t kMiB = 1 << 20;

class RealCgroupTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto group = MakeOwnGroup();
    if (NoCgroupsHere(group.status())) GTEST_SKIP() << group.status().message();
    ASSERT_TRUE(group.ok()) << group.status();
    group_ = *std::move(group);
    RecordProperty("cgroup_version", FindCgroups()->version);
  }

  absl::StatusOr<ChildProcess> SpawnInside(const std::string& script) {
    SpawnOptions options;
    options.argv = {"/bin/sh", "-c", script};
    options.join_cgroup_procs = group_->procs_files();
    options.stderr_to_null = true;
    return ChildProcess::Spawn(options);
  }

  void ExpectNothingLeft() {
    for (const std::string& directory : group_->directories()) {
      EXPECT_FALSE(PathExists(directory)) << directory;
    }
  }

  std::unique_ptr<Cgroup> group_;
};

TEST_F(RealCgroupTest, HoldsABusyProcessToItsCpuLimit) {
  ASSERT_EQ(group_->ReadBack()->cpu_millis, 0);
  ASSERT_TRUE(group_->SetCpu(200).ok());
  EXPECT_EQ(group_->ReadBack()->cpu_millis, 200);
  auto child = SpawnInside("while :; do :; done");
  ASSERT_TRUE(child.ok()) << child.status();

  absl::SleepFor(absl::Milliseconds(200));
  auto before = group_->Stats();
  ASSERT_TRUE(before.ok()) << before.status();
  absl::Time start = absl::Now();
  absl::SleepFor(absl::Milliseconds(1500));
  auto after = group_->Stats();
  ASSERT_TRUE(after.ok()) << after.status();
  double cores = absl::FDivDuration(after->cpu_usage - before->cpu_usage, absl::Now() - start);
  RecordProperty("cores_milli", static_cast<int>(cores * 1000));
  EXPECT_LT(cores, 0.35);
  EXPECT_GT(cores, 0.02);
  EXPECT_GT(after->periods, before->periods);
  EXPECT_GT(after->throttled_periods, 0);
  EXPECT_GT(after->throttled, absl::ZeroDuration());

  ASSERT_TRUE(group_->SetCpu(0).ok());
  EXPECT_EQ(group_->ReadBack()->cpu_millis, 0);
  absl::Status removed = group_->Remove();
  EXPECT_TRUE(removed.ok()) << removed;
  ExpectNothingLeft();
  auto state = child->Wait(absl::Seconds(10));
  ASSERT_TRUE(state.ok()) << state.status();
  EXPECT_EQ(state->ToString(), "killed by signal 9 (Killed)");
}

TEST_F(RealCgroupTest, AProcessBeyondTheMemoryLimitIsKilledAndCounted) {
  absl::Status set = group_->SetMemory(32 * kMiB);
  ASSERT_TRUE(set.ok()) << set;
  EXPECT_EQ(group_->ReadBack()->memory_bytes, 32 * kMiB);
  EXPECT_EQ(group_->Stats()->oom_kills, 0);
  // tail keeps all of a line without an end in memory.
  auto child = SpawnInside("exec tail -n 1 /dev/zero");
  ASSERT_TRUE(child.ok()) << child.status();
  auto state = child->Wait(absl::Seconds(60));
  ASSERT_TRUE(state.ok()) << state.status();
  EXPECT_TRUE(state->signaled) << state->ToString();
  auto stats = group_->Stats();
  ASSERT_TRUE(stats.ok()) << stats.status();
  EXPECT_GE(stats->oom_kills, 1);
  EXPECT_TRUE(group_->Remove().ok());
  ExpectNothingLeft();
}

TEST_F(RealCgroupTest, MemoryLimitsGoUpAndDown) {
  for (int64_t bytes : {512 * kMiB, int64_t{100'000'000}, 1024 * kMiB, 64 * kMiB}) {
    absl::Status set = group_->SetMemory(bytes);
    ASSERT_TRUE(set.ok()) << set;
    EXPECT_NEAR(group_->ReadBack()->memory_bytes, bytes, 65536);
  }
  ASSERT_TRUE(group_->SetMemory(0).ok());
  EXPECT_EQ(group_->ReadBack()->memory_bytes, 0);
}

TEST_F(RealCgroupTest, RemovesAGroupOfManyThrottledProcesses) {
  std::vector<ChildProcess> children;
  for (int i = 0; i < 8; ++i) {
    auto child = SpawnInside("while :; do :; done");
    ASSERT_TRUE(child.ok()) << child.status();
    children.push_back(*std::move(child));
  }
  ASSERT_TRUE(group_->SetCpu(10).ok());
  absl::SleepFor(absl::Milliseconds(200));
  EXPECT_GT(group_->Stats()->throttled_periods, 0);
  for (const std::string& directory : group_->directories()) {
    absl::Status removed = RemoveCgroupDirectory(directory);
    EXPECT_TRUE(removed.ok()) << removed;
  }
  ExpectNothingLeft();
}

}  // namespace
}  // namespace bench
