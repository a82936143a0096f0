#include "worker/limits/removal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "common/os/files.h"
#include "tests/fakes/fake_cgroup_tree.h"
#include "tests/fakes/manual_clock.h"

namespace bench {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class RemovalTest : public ::testing::Test {
 protected:
  RemovalTest() {
    tree_.AddHierarchy("memory", {}, {{"cgroup.procs", ""}});
    EXPECT_EQ(tree_.MakeDirectory(group_), 0);
  }
  void SetMembers(const std::string& pids) { tree_.Set(group_ + "/cgroup.procs", pids); }
  absl::Status Remove() { return RemoveGroupDirectory(tree_, clock_, group_); }

  FakeCgroupTree tree_;
  ManualClock clock_;
  const std::string group_ = tree_.root() + "/memory/falco-bench-x";
};

TEST_F(RemovalTest, AnEmptyGroupGoesAtOnce) {
  const absl::Duration before = clock_.Monotonic();
  EXPECT_TRUE(Remove().ok());
  EXPECT_FALSE(std::filesystem::exists(group_));
  EXPECT_EQ(clock_.Monotonic(), before);
}

TEST_F(RemovalTest, AGroupThatIsGoneIsRemoved) {
  ASSERT_TRUE(Remove().ok());
  EXPECT_TRUE(Remove().ok());
}

TEST_F(RemovalTest, KillsEachMember) {
  SetMembers("4242\n4243\n");
  EXPECT_TRUE(Remove().ok());
  EXPECT_THAT(tree_.killed(), ElementsAre(4242, 4243));
  EXPECT_FALSE(std::filesystem::exists(group_));
}

TEST_F(RemovalTest, GivesUpAfterSecondsAndNamesWhoIsLeft) {
  tree_.MakeUnkillable(4243);
  SetMembers("4242\n4243\n");
  const absl::Duration before = clock_.Monotonic();
  absl::Status status = Remove();
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(status.message()),
              AllOf(HasSubstr("process 4243 of it"), HasSubstr("rmdir " + group_)));
  EXPECT_LT(clock_.Monotonic() - before, absl::Seconds(10));
  EXPECT_GT(tree_.killed().size(), 10u);  // it tried again and again
}

TEST_F(RemovalTest, NeverKillsItselfNorInit) {
  SetMembers(absl::StrCat("0\n1\n", getpid(), "\n"));
  EXPECT_FALSE(Remove().ok());
  EXPECT_THAT(tree_.killed(), IsEmpty());
}

TEST_F(RemovalTest, KillsTheOthersOneByOneWhereItIsAMemberItself) {
  tree_.Set(group_ + "/cgroup.kill", "");
  SetMembers(absl::StrCat("4242\n", getpid(), "\n"));
  EXPECT_FALSE(Remove().ok());
  EXPECT_THAT(tree_.killed(), ElementsAre(4242));
}

TEST(RemoveCgroupDirectory, LeavesADirectoryWithOrdinaryFilesAlone) {
  TempDir dir;
  ASSERT_TRUE(WriteFile(dir / "precious", "data").ok());
  absl::Status status = RemoveCgroupDirectory(dir.path());
  EXPECT_FALSE(status.ok());
  EXPECT_THAT(std::string(status.message()), HasSubstr(dir.path()));
  EXPECT_TRUE(PathExists(dir / "precious"));
}

}  // namespace
}  // namespace bench
