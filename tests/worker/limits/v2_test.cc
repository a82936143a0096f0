#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <filesystem>

#include "tests/fakes/fake_cgroup_tree.h"
#include "tests/fakes/manual_clock.h"
#include "worker/limits/factory.h"

namespace bench {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr int64_t kMiB = 1 << 20;

class CgroupV2Test : public ::testing::Test {
 protected:
  absl::StatusOr<std::unique_ptr<Cgroup>> Try() {
    return CreateCgroupWith(tree_, clock_, mounts_, "falco-bench-run", nullptr);
  }
  std::unique_ptr<Cgroup> Make() {
    auto group = Try();
    EXPECT_TRUE(group.ok()) << group.status();
    return group.ok() ? *std::move(group) : nullptr;
  }
  std::string Path(const std::string& name) { return tree_.root() + "/unified/" + name; }
  std::string Get(const std::string& name) { return tree_.Get(Path("falco-bench-run/" + name)); }
  void Set(const std::string& name, const std::string& content) {
    tree_.Set(Path("falco-bench-run/" + name), content);
  }

  FakeCgroupTree tree_;
  ManualClock clock_;
  CgroupMounts mounts_ = FakeCgroupTree::V2(tree_);
};

TEST_F(CgroupV2Test, EnablesTheControllersThatAreNot) {
  Make();
  EXPECT_EQ(tree_.Get(Path("cgroup.subtree_control")), "pids cpu memory\n");
  EXPECT_THAT(tree_.writes(), Contains("cgroup.subtree_control=+cpu +memory"));
}

TEST_F(CgroupV2Test, LeavesTheRootAloneWhereTheyAre) {
  tree_.Set(Path("cgroup.subtree_control"), "cpuset cpu io memory pids\n");
  tree_.Set(Path("cgroup.procs"), "1\n");  // any write would be refused
  EXPECT_NE(Make(), nullptr);
}

TEST_F(CgroupV2Test, SaysWhatToDoWhereTheParentHoldsProcesses) {
  tree_.Set(Path("cgroup.procs"), "1\n17\n");
  auto group = Try();
  EXPECT_EQ(group.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(group.status().message()),
              AllOf(HasSubstr("itself holds processes"), HasSubstr("--cgroupns=host"),
                    HasSubstr("mkdir " + Path("init"))));
  EXPECT_FALSE(std::filesystem::exists(Path("falco-bench-run")));
}

TEST_F(CgroupV2Test, SaysWhatToDoWhereGroupsAreReadOnly) {
  tree_.RefuseWrites("cgroup.subtree_control", EROFS);
  EXPECT_THAT(std::string(Try().status().message()), HasSubstr("--privileged"));
}

TEST_F(CgroupV2Test, IsOneDirectory) {
  auto group = Make();
  EXPECT_THAT(group->directories(), ElementsAre(Path("falco-bench-run")));
  EXPECT_THAT(group->procs_files(), ElementsAre(Path("falco-bench-run/cgroup.procs")));
}

TEST_F(CgroupV2Test, SetsLimitsReadsThemBackAndLiftsThem) {
  auto group = Make();
  EXPECT_EQ(group->ReadBack()->cpu_millis, 0);
  EXPECT_EQ(group->ReadBack()->memory_bytes, 0);
  ASSERT_TRUE(group->SetCpu(1500).ok());
  ASSERT_TRUE(group->SetMemory(512 * kMiB).ok());
  EXPECT_EQ(Get("cpu.max"), "150000 100000\n");
  EXPECT_EQ(Get("memory.swap.max"), "0\n");
  EXPECT_EQ(group->ReadBack()->cpu_millis, 1500);
  EXPECT_EQ(group->ReadBack()->memory_bytes, 512 * kMiB);
  ASSERT_TRUE(group->SetCpu(0).ok());
  ASSERT_TRUE(group->SetMemory(0).ok());
  EXPECT_EQ(Get("cpu.max"), "max 100000\n");
  EXPECT_EQ(Get("memory.swap.max"), "max\n");
  EXPECT_EQ(group->ReadBack()->cpu_millis, 0);
  EXPECT_EQ(group->ReadBack()->memory_bytes, 0);
}

TEST_F(CgroupV2Test, RefusesACpuLimitThatTheKernelCannotKeep) {
  auto group = Make();
  absl::Status status = group->SetCpu(9);
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()), HasSubstr("10m is the least"));
  EXPECT_TRUE(group->SetCpu(10).ok());
}

TEST_F(CgroupV2Test, DoesWithoutSwapOnKernelsThatHaveNone) {
  tree_.DropFromNewGroups("unified", "memory.swap.max");
  auto group = Make();
  ASSERT_TRUE(group->SetMemory(64 * kMiB).ok());
  EXPECT_EQ(group->ReadBack()->memory_bytes, 64 * kMiB);
  ASSERT_TRUE(group->Stats().ok());
}

TEST_F(CgroupV2Test, SaysThatTheKernelHasNoCpuLimits) {
  tree_.DropFromNewGroups("unified", "cpu.max");
  EXPECT_THAT(std::string(Make()->SetCpu(100).message()), HasSubstr("CONFIG_CFS_BANDWIDTH"));
}

TEST_F(CgroupV2Test, ReadsTheCounters) {
  auto group = Make();
  Set("cpu.stat",
      "usage_usec 1500000\nuser_usec 1\nsystem_usec 2\nnr_periods 30\nnr_throttled 12\n"
      "throttled_usec 2500000\n");
  Set("memory.current", "4096\n");
  Set("memory.stat", "anon 1024\nfile 2048\ninactive_file 1024\n");
  Set("memory.events", "low 0\nhigh 0\nmax 7\noom 3\noom_kill 2\n");
  auto stats = group->Stats();
  ASSERT_TRUE(stats.ok()) << stats.status();
  EXPECT_EQ(stats->cpu_usage, absl::Milliseconds(1500));
  EXPECT_EQ(stats->periods, 30);
  EXPECT_EQ(stats->throttled_periods, 12);
  EXPECT_EQ(stats->throttled, absl::Milliseconds(2500));
  EXPECT_EQ(stats->memory_bytes, 3072);
  EXPECT_EQ(stats->oom_kills, 2);
}

TEST_F(CgroupV2Test, NamesTheFileThatSaysNonsense) {
  auto group = Make();
  Set("cpu.max", "");
  EXPECT_THAT(std::string(group->ReadBack().status().message()), HasSubstr("cpu.max"));
  Set("cpu.max", "max 100000\n");
  Set("memory.max", "12 MB\n");
  EXPECT_THAT(std::string(group->ReadBack().status().message()), HasSubstr("memory.max"));
}

TEST_F(CgroupV2Test, KillsItsMembersInOneGoWhenItIsRemoved) {
  auto group = Make();
  ASSERT_TRUE(group->SetCpu(10).ok());
  Set("cgroup.procs", "4242\n4243\n");
  ASSERT_TRUE(group->Remove().ok());
  EXPECT_FALSE(std::filesystem::exists(Path("falco-bench-run")));
  EXPECT_THAT(tree_.writes(), Contains("cgroup.kill=1"));
  // A throttled process would take long to die.
  EXPECT_THAT(tree_.writes(), Contains("cpu.max=max"));
}

}  // namespace
}  // namespace bench
