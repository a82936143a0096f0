#include "worker/limits/saved_knob.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <filesystem>

#include "tests/fakes/fake_cgroup_tree.h"

namespace bench {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

TEST(PlanRestore, WritesNothingWhereNothingChanged) {
  const KnobTexts texts = {
      {"cpu.max", "max 100000"}, {"cpu.max.burst", "0"}, {"memory.max", "max"}};
  EXPECT_THAT(PlanRestore(texts, texts), IsEmpty());
}

TEST(PlanRestore, ChangesAPeriodWithoutAQuota) {
  EXPECT_THAT(PlanRestore({{"cpu.cfs_quota_us", "400000"}, {"cpu.cfs_period_us", "200000"}},
                          {{"cpu.cfs_quota_us", "25000"}, {"cpu.cfs_period_us", "100000"}}),
              ElementsAre(Pair("cpu.cfs_quota_us", "-1"), Pair("cpu.cfs_period_us", "200000"),
                          Pair("cpu.cfs_quota_us", "400000")));
  EXPECT_THAT(PlanRestore({{"cpu.cfs_quota_us", "-1"}, {"cpu.cfs_period_us", "200000"}},
                          {{"cpu.cfs_quota_us", "25000"}, {"cpu.cfs_period_us", "100000"}}),
              ElementsAre(Pair("cpu.cfs_quota_us", "-1"), Pair("cpu.cfs_period_us", "200000")));
}

TEST(PlanRestore, ABurstComesAfterItsQuota) {
  EXPECT_THAT(PlanRestore({{"cpu.max", "200000 100000"}, {"cpu.max.burst", "150000"}},
                          {{"cpu.max", "25000 100000"}, {"cpu.max.burst", "0"}}),
              ElementsAre(Pair("cpu.max", "200000 100000"), Pair("cpu.max.burst", "150000")));
  // Someone set one meanwhile: it goes before a quota that may be below it.
  EXPECT_THAT(PlanRestore({{"cpu.cfs_quota_us", "5000"}, {"cpu.cfs_burst_us", "0"}},
                          {{"cpu.cfs_quota_us", "25000"}, {"cpu.cfs_burst_us", "20000"}}),
              ElementsAre(Pair("cpu.cfs_burst_us", "0"), Pair("cpu.cfs_quota_us", "5000")));
}

TEST(PlanRestore, MemoryIsNeverAboveMemoryAndSwap) {
  const std::string memory = "memory.limit_in_bytes";
  const std::string both = "memory.memsw.limit_in_bytes";
  EXPECT_THAT(PlanRestore({{memory, "800"}, {both, "900"}}, {{memory, "100"}, {both, "100"}}),
              ElementsAre(Pair(both, "900"), Pair(memory, "800")));
  EXPECT_THAT(PlanRestore({{memory, "10"}, {both, "20"}}, {{memory, "100"}, {both, "100"}}),
              ElementsAre(Pair(memory, "10"), Pair(both, "20")));
  EXPECT_THAT(PlanRestore({{memory, "10"}, {both, "100"}}, {{memory, "100"}, {both, "100"}}),
              ElementsAre(Pair(memory, "10")));
}

TEST(PlanRestore, LeavesOutWhatIsNotThereAnyMore) {
  EXPECT_THAT(
      PlanRestore({{"cpu.max", "max 100000"}, {"memory.max", "max"}}, {{"memory.max", "4096"}}),
      ElementsAre(Pair("memory.max", "max")));
}

TEST(CheckSavedKnob, AllowsOnlyLimitsWithTextsThatTheyCanHold) {
  const std::string dir = "/sys/fs/cgroup/a b/falco\\x2d.service/";
  for (auto [name, text] : {std::pair{"cpu.cfs_quota_us", "-1"},
                            {"cpu.cfs_period_us", "100000"},
                            {"cpu.max", "max 100000"},
                            {"cpu.max", "150000 50000"},
                            {"memory.limit_in_bytes", "9223372036854771712"},
                            {"memory.max", "max"},
                            {"memory.swap.max", "0"}}) {
    EXPECT_TRUE(CheckSavedKnob(dir + name, text).ok()) << name << " " << text;
  }
  for (auto [name, text] : {std::pair{"cgroup.procs", "1"},
                            {"cgroup.kill", "1"},
                            {"cgroup.subtree_control", "-cpu"},
                            {"release_agent", "/bin/sh"},
                            {"memory.max", ""},
                            {"memory.max", "max\n"},
                            {"memory.max", "1 2"},
                            {"memory.max", "0x10"},
                            {"memory.max", "+5"},
                            {"memory.max", "5G"},
                            {"cpu.max", "max"},
                            {"cpu.max", "max max"},
                            {"cpu.max", "1 2 3"},
                            {"cpu.cfs_quota_us", "max"},
                            {"cpu.maxx", "max 1"},
                            {"", "1"}}) {
    EXPECT_FALSE(CheckSavedKnob(dir + name, text).ok()) << name << " " << text;
  }
  for (const std::string& path :
       {std::string("memory.max"), std::string("/sys/fs/cgroup/a/../memory.max"),
        std::string("/etc/passwd\0/memory.max", 23), std::string("/memory.max/")}) {
    EXPECT_FALSE(CheckSavedKnob(path, "max").ok()) << path;
  }
}

class RestoreGroupTest : public ::testing::Test {
 protected:
  std::vector<SavedKnob> Read(LimitKind kind) {
    auto knobs = ReadKnobs(Group(), kind);
    EXPECT_TRUE(knobs.ok()) << knobs.status();
    return knobs.ok() ? *knobs : std::vector<SavedKnob>();
  }
  CgroupDirectories Group() { return {.version = 2, .unified = group_}; }
  std::string Get(const std::string& name) { return tree_.Get(group_ + "/" + name); }
  void Set(const std::string& name, const std::string& text) {
    tree_.Set(group_ + "/" + name, text);
  }

  FakeCgroupTree tree_;
  const CgroupMounts mounts_ = FakeCgroupTree::V2(tree_);
  const std::string group_ = tree_.AddGroup("unified", "system.slice/falco.service");
};

TEST_F(RestoreGroupTest, ReadsTheKnobsOfItsKind) {
  EXPECT_THAT(Read(LimitKind::kCpu), SizeIs(2));
  EXPECT_THAT(Read(LimitKind::kMemory), SizeIs(3));
  EXPECT_EQ(Read(LimitKind::kCpu)[0].text, "max 100000");
  EXPECT_EQ(ReadKnobs({.version = 2, .unified = group_ + "x"}, LimitKind::kCpu).status().code(),
            absl::StatusCode::kNotFound);
}

TEST_F(RestoreGroupTest, PutsBackWhatChangedAndNamesIt) {
  auto knobs = Read(LimitKind::kMemory);
  Set("memory.max", "4096\n");
  Set("memory.swap.max", "0\n");
  auto changed = RestoreGroup(tree_, knobs);
  ASSERT_TRUE(changed.ok()) << changed.status();
  EXPECT_THAT(*changed, UnorderedElementsAre("memory.max", "memory.swap.max"));
  EXPECT_EQ(Get("memory.max"), "max\n");
  EXPECT_EQ(Get("memory.swap.max"), "max\n");
  EXPECT_THAT(*RestoreGroup(tree_, knobs), IsEmpty());
}

TEST_F(RestoreGroupTest, LeavesANewGroupOfTheSameNameAlone) {
  auto knobs = Read(LimitKind::kMemory);
  // Renamed, so that no file system gives its inode to the new one.
  std::filesystem::rename(group_, group_ + ".old");
  EXPECT_THAT(*RestoreGroup(tree_, knobs), IsEmpty());
  tree_.AddGroup("unified", "system.slice/falco.service");
  Set("memory.max", "4096\n");
  EXPECT_THAT(*RestoreGroup(tree_, knobs), IsEmpty());
  EXPECT_EQ(Get("memory.max"), "4096\n");
  EXPECT_THAT(tree_.writes(), IsEmpty());
}

TEST_F(RestoreGroupTest, WritesNothingOutsideOfControlGroups) {
  TempDir dir;
  const std::string file = dir.Write("memory.max", "4096\n");
  auto knobs = ReadKnobs({.version = 2, .unified = dir.path()}, LimitKind::kMemory);
  ASSERT_TRUE(knobs.ok() && knobs->size() == 1);
  (*knobs)[0].text = "max";
  EXPECT_EQ(RestoreGroup(tree_, *knobs).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(tree_.Get(file), "4096\n");
}

TEST_F(RestoreGroupTest, TriesAllBeforeItFailsAndSaysWhatToWriteByHand) {
  auto knobs = Read(LimitKind::kMemory);
  Set("memory.max", "4096\n");
  Set("memory.swap.max", "0\n");
  tree_.RefuseWrites("memory.max", EBUSY);
  auto failed = RestoreGroup(tree_, knobs);
  EXPECT_THAT(std::string(failed.status().message()),
              AllOf(HasSubstr("echo max > " + group_ + "/memory.max"),
                    ::testing::Not(HasSubstr("echo max > " + group_ + "/memory.swap.max"))));
  EXPECT_EQ(Get("memory.swap.max"), "max\n");
}

TEST_F(RestoreGroupTest, TheFirstOfSeveralTextsCounts) {
  auto knobs = Read(LimitKind::kMemory);
  Set("memory.max", "4096\n");
  for (SavedKnob& later : Read(LimitKind::kMemory)) knobs.push_back(later);
  ASSERT_TRUE(RestoreGroup(tree_, knobs).ok());
  EXPECT_EQ(Get("memory.max"), "max\n");
}

}  // namespace
}  // namespace bench
