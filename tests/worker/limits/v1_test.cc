#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <filesystem>

#include "tests/fakes/fake_cgroup_tree.h"
#include "tests/fakes/manual_clock.h"
#include "worker/limits/factory.h"
#include "worker/limits/knobs.h"

namespace bench {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr int64_t kMiB = 1 << 20;

class CgroupV1Test : public ::testing::Test {
 protected:
  std::unique_ptr<Cgroup> Make(const std::string& name = "falco-bench-run") {
    auto group = CreateCgroupWith(tree_, clock_, mounts_, name, nullptr);
    EXPECT_TRUE(group.ok()) << group.status();
    return group.ok() ? *std::move(group) : nullptr;
  }
  std::string Get(const std::string& path) { return tree_.Get(tree_.root() + "/" + path); }
  void Set(const std::string& path, const std::string& content) {
    tree_.Set(tree_.root() + "/" + path, content);
  }

  FakeCgroupTree tree_;
  ManualClock clock_;
  CgroupMounts mounts_ = FakeCgroupTree::V1(tree_);
};

TEST_F(CgroupV1Test, TellsItsDirectoriesBeforeItMakesThem) {
  std::vector<std::string> told;
  auto group = CreateCgroupWith(tree_, clock_, mounts_, "falco-bench-run",
                                [&](const std::vector<std::string>& directories) {
                                  told = directories;
                                  for (const std::string& d : directories) {
                                    EXPECT_FALSE(std::filesystem::exists(d)) << d;
                                  }
                                  return absl::OkStatus();
                                });
  ASSERT_TRUE(group.ok()) << group.status();
  EXPECT_THAT(told, ElementsAre(tree_.root() + "/cpu/falco-bench-run",
                                tree_.root() + "/cpuacct/falco-bench-run",
                                tree_.root() + "/memory/falco-bench-run"));
  EXPECT_EQ(told, (*group)->directories());
  EXPECT_EQ((*group)->procs_files()[1], tree_.root() + "/cpuacct/falco-bench-run/cgroup.procs");
}

TEST_F(CgroupV1Test, MakesNothingWhenItCannotBeJournaled) {
  auto group = CreateCgroupWith(tree_, clock_, mounts_, "falco-bench-run", [](const auto&) {
    return absl::UnavailableError("the disk is full");
  });
  EXPECT_EQ(group.status().message(), "the disk is full");
  EXPECT_FALSE(std::filesystem::exists(tree_.root() + "/cpu/falco-bench-run"));
}

TEST_F(CgroupV1Test, HasOneDirectoryWhereCpuAndCpuacctShareAMount) {
  FakeCgroupTree tree;
  auto group = CreateCgroupWith(tree, clock_, FakeCgroupTree::V1(tree, /*comounted=*/true),
                                "falco-bench-run", nullptr);
  ASSERT_TRUE(group.ok()) << group.status();
  EXPECT_THAT((*group)->procs_files(),
              ElementsAre(tree.root() + "/cpu,cpuacct/falco-bench-run/cgroup.procs",
                          tree.root() + "/memory/falco-bench-run/cgroup.procs"));
  EXPECT_TRUE((*group)->Stats().ok());
}

TEST_F(CgroupV1Test, ANewGroupHasNoLimits) {
  auto limits = Make()->ReadBack();
  ASSERT_TRUE(limits.ok()) << limits.status();
  EXPECT_EQ(limits->cpu_millis, 0);
  EXPECT_EQ(limits->memory_bytes, 0);
}

TEST_F(CgroupV1Test, SetsACpuLimitAndLiftsIt) {
  auto group = Make();
  ASSERT_TRUE(group->SetCpu(250).ok());
  EXPECT_EQ(Get("cpu/falco-bench-run/cpu.cfs_quota_us"), "25000\n");
  EXPECT_EQ(Get("cpu/falco-bench-run/cpu.cfs_period_us"), "100000\n");
  EXPECT_EQ(group->ReadBack()->cpu_millis, 250);
  ASSERT_TRUE(group->SetCpu(2500).ok());
  EXPECT_EQ(group->ReadBack()->cpu_millis, 2500);
  ASSERT_TRUE(group->SetCpu(0).ok());
  EXPECT_EQ(group->ReadBack()->cpu_millis, 0);
}

TEST_F(CgroupV1Test, RefusesACpuLimitThatTheKernelCannotKeep) {
  auto group = Make();
  ASSERT_TRUE(group->SetCpu(10).ok());
  EXPECT_EQ(Get("cpu/falco-bench-run/cpu.cfs_quota_us"), "1000\n");
  for (int32_t cpu_millis : {9, 1, -5}) {
    absl::Status status = group->SetCpu(cpu_millis);
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_THAT(std::string(status.message()), HasSubstr("10m is the least"));
  }
}

TEST_F(CgroupV1Test, LimitsSwapWithMemoryInTheOrderThatTheKernelAsksFor) {
  auto group = Make();
  ASSERT_TRUE(group->SetMemory(512 * kMiB).ok());
  ASSERT_TRUE(group->SetMemory(1024 * kMiB).ok());  // raise
  EXPECT_EQ(group->ReadBack()->memory_bytes, 1024 * kMiB);
  ASSERT_TRUE(group->SetMemory(256 * kMiB).ok());  // lower
  EXPECT_EQ(group->ReadBack()->memory_bytes, 256 * kMiB);
  EXPECT_EQ(Get("memory/falco-bench-run/memory.memsw.limit_in_bytes"), "268435456\n");
  absl::Status lifted = group->SetMemory(0);
  ASSERT_TRUE(lifted.ok()) << lifted;
  EXPECT_EQ(group->ReadBack()->memory_bytes, 0);
  EXPECT_FALSE(group->SetMemory(-1).ok());
}

TEST_F(CgroupV1Test, KeepsOutOfSwapWhereTheKernelDoesNotAccountForIt) {
  tree_.DropFromNewGroups("memory", "memory.memsw.limit_in_bytes");
  auto group = Make();
  ASSERT_TRUE(group->SetMemory(64 * kMiB).ok());
  EXPECT_EQ(group->ReadBack()->memory_bytes, 64 * kMiB);
  EXPECT_EQ(Get("memory/falco-bench-run/memory.swappiness"), "0\n");
}

TEST_F(CgroupV1Test, ReadsBackWhatTheKernelMadeOfIt) {
  auto group = Make();
  ASSERT_TRUE(group->SetMemory(100'000'000).ok());
  EXPECT_EQ(group->ReadBack()->memory_bytes, 100'000'000 / 4096 * 4096);
}

TEST_F(CgroupV1Test, ReadsTheCounters) {
  auto group = Make();
  Set("cpu/falco-bench-run/cpu.stat",
      "nr_periods 30\nnr_throttled 12\nthrottled_time 2500000000\nnr_bursts 0\n");
  Set("cpuacct/falco-bench-run/cpuacct.usage", "1500000000\n");
  Set("memory/falco-bench-run/memory.usage_in_bytes", "4096\n");
  Set("memory/falco-bench-run/memory.stat", "cache 9\ninactive_file 1\ntotal_inactive_file 1024\n");
  Set("memory/falco-bench-run/memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 3\n");
  auto stats = group->Stats();
  ASSERT_TRUE(stats.ok()) << stats.status();
  EXPECT_EQ(stats->cpu_usage, absl::Milliseconds(1500));
  EXPECT_EQ(stats->periods, 30);
  EXPECT_EQ(stats->throttled_periods, 12);
  EXPECT_EQ(stats->throttled, absl::Milliseconds(2500));
  EXPECT_EQ(stats->memory_bytes, 3072);
  EXPECT_EQ(stats->oom_kills, 3);
}

TEST_F(CgroupV1Test, NamesTheFileThatSaysNonsense) {
  auto group = Make();
  Set("cpuacct/falco-bench-run/cpuacct.usage", "plenty\n");
  EXPECT_THAT(std::string(group->Stats().status().message()),
              ::testing::AllOf(HasSubstr("cpuacct.usage"), HasSubstr("plenty")));
  Set("cpuacct/falco-bench-run/cpuacct.usage", "1\n");
  Set("cpu/falco-bench-run/cpu.stat", "nr_periods 3\n");
  EXPECT_THAT(std::string(group->Stats().status().message()), HasSubstr("nr_throttled"));
}

TEST_F(CgroupV1Test, SaysWhatToDoWhenAWriteIsRefused) {
  auto group = Make();
  tree_.RefuseWrites("cpu.cfs_quota_us", EACCES);
  EXPECT_THAT(std::string(group->SetCpu(500).message()), HasSubstr("as root"));
  tree_.RefuseWrites("memory.limit_in_bytes", EBUSY);
  EXPECT_THAT(std::string(group->SetMemory(kMiB).message()), HasSubstr("already uses more"));
}

TEST_F(CgroupV1Test, RemovesAllItsDirectoriesOnce) {
  auto group = Make();
  ASSERT_TRUE(group->Remove().ok());
  for (const std::string& directory : group->directories()) {
    EXPECT_FALSE(std::filesystem::exists(directory)) << directory;
  }
  // Another group of the same name, made meanwhile, is not this one's to remove.
  auto other = Make();
  EXPECT_TRUE(group->Remove().ok());
  group.reset();
  EXPECT_TRUE(std::filesystem::exists(other->directories().front()));
}

TEST_F(CgroupV1Test, GoesWithItsOwner) {
  std::vector<std::string> directories = Make()->directories();
  EXPECT_FALSE(std::filesystem::exists(directories.front()));
}

TEST_F(CgroupV1Test, StartsAnewWhereAKilledBenchmarkLeftAGroup) {
  auto left = Make();
  ASSERT_TRUE(left->SetCpu(100).ok());
  Set("cpu/falco-bench-run/cgroup.procs", "4242\n");
  auto group = Make();
  ASSERT_NE(group, nullptr);
  EXPECT_EQ(group->ReadBack()->cpu_millis, 0);
  EXPECT_THAT(tree_.killed(), ElementsAre(4242));
}

TEST_F(CgroupV1Test, TakesNoNameThatReplayWouldNotRemove) {
  for (const char* name : {"other", "falco-bench-a/../..", ""}) {
    auto group = CreateCgroupWith(tree_, clock_, mounts_, name, nullptr);
    EXPECT_EQ(group.status().code(), absl::StatusCode::kInvalidArgument) << name;
  }
  EXPECT_THAT(tree_.writes(), IsEmpty());
}

TEST(CpuQuota, IsRoundedToTheNearestMillicore) {
  EXPECT_EQ(CpuMillisOfQuota(33'333, 100'000), 333);
  EXPECT_EQ(CpuMillisOfQuota(5'000, 50'000), 100);
  EXPECT_EQ(CpuMillisOfQuota(1, 0), 0);
}

}  // namespace
}  // namespace bench
