#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "common/os/files.h"
#include "tests/fakes/temp_dir.h"
#include "worker/limits/cgroup.h"
#include "worker/limits/mountinfo.h"

namespace bench {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string MessageOf(const absl::StatusOr<CgroupMounts>& result) {
  return std::string(result.status().message());
}

// A root directory in which the v2 mount points stand, each with what it offers.
class FakeRoot {
 public:
  void Offer(const std::string& point, const std::string& controllers) {
    std::filesystem::create_directories(dir_.path() + point);
    ASSERT_TRUE(WriteFile(dir_.path() + point + "/cgroup.controllers", controllers).ok());
  }
  const std::string& path() const { return dir_.path(); }

 private:
  TempDir dir_;
};

constexpr char kHybrid[] =
    "27 1 254:0 / / rw,relatime - ext4 /dev/vda rw,discard\n"
    "31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755\n"
    "32 31 0:29 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu\n"
    "33 31 0:30 / /sys/fs/cgroup/cpuacct rw,relatime - cgroup cgroup rw,cpuacct\n"
    "34 31 0:31 / /sys/fs/cgroup/cpuset rw,relatime - cgroup cgroup rw,cpuset\n"
    "35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory\n"
    "40 31 0:37 / /sys/fs/cgroup/systemd rw,relatime - cgroup cgroup rw,name=systemd\n"
    "41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw\n";

TEST(MountInfo, UndoesOctalEscapes) {
  EXPECT_EQ(UnescapeMountPath("/a\\040b\\011c\\012d\\134e"), "/a b\tc\nd\\e");
  EXPECT_EQ(UnescapeMountPath("/plain"), "/plain");
  EXPECT_EQ(UnescapeMountPath("/cut\\04"), "/cut\\04");
  EXPECT_EQ(UnescapeMountPath("/no\\999octal"), "/no\\999octal");
  EXPECT_EQ(UnescapeMountPath("\\400"), "\\400");
}

TEST(MountInfo, ReadsLinesWithAndWithoutOptionalFields) {
  auto mounts = ParseMountInfo(
      "36 35 98:0 / /with\\040space rw,noatime shared:1 master:2 - cgroup cg rw,cpu,cpuacct\n"
      "37 35 98:0 /part /plain rw - cgroup2 none rw\n");
  ASSERT_EQ(mounts.size(), 2u);
  EXPECT_EQ(mounts[0].point, "/with space");
  EXPECT_EQ(mounts[0].type, "cgroup");
  EXPECT_THAT(mounts[0].super_options, ElementsAre("rw", "cpu", "cpuacct"));
  EXPECT_EQ(mounts[1].root, "/part");
  EXPECT_EQ(mounts[1].type, "cgroup2");
}

TEST(MountInfo, LeavesOutWhatIsNoMount) {
  EXPECT_THAT(ParseMountInfo(""), IsEmpty());
  EXPECT_THAT(ParseMountInfo("\n\nhello\n1 2 3\n1 2 3 4 5 6 7 8 9 10 11\n"), IsEmpty());
}

TEST(DetectCgroups, TakesV2WhereItsRootOffersCpuAndMemory) {
  FakeRoot root;
  root.Offer("/sys/fs/cgroup", "cpuset cpu io memory hugetlb pids\n");
  auto mounts = DetectCgroups(
      "35 24 0:30 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n",
      root.path());
  ASSERT_TRUE(mounts.ok()) << mounts.status();
  EXPECT_EQ(mounts->version, 2);
  EXPECT_EQ(mounts->unified, root.path() + "/sys/fs/cgroup");
}

TEST(DetectCgroups, TakesV1WhereTheUnifiedMountHasNoControllers) {
  FakeRoot root;
  root.Offer("/sys/fs/cgroup/unified", "hugetlb\n");
  auto mounts = DetectCgroups(kHybrid, root.path());
  ASSERT_TRUE(mounts.ok()) << mounts.status();
  EXPECT_EQ(mounts->version, 1);
  EXPECT_EQ(mounts->unified, "");
  EXPECT_EQ(mounts->cpu, root.path() + "/sys/fs/cgroup/cpu");
  EXPECT_EQ(mounts->cpuacct, root.path() + "/sys/fs/cgroup/cpuacct");
  EXPECT_EQ(mounts->memory, root.path() + "/sys/fs/cgroup/memory");
}

TEST(DetectCgroups, TakesV2OfAHybridHostWhenTheControllersAreThere) {
  FakeRoot root;
  root.Offer("/sys/fs/cgroup/unified", "cpu memory\n");
  auto mounts = DetectCgroups(kHybrid, root.path());
  ASSERT_TRUE(mounts.ok()) << mounts.status();
  EXPECT_EQ(mounts->version, 2);
}

TEST(DetectCgroups, KnowsComountedControllersAndEscapedPaths) {
  auto mounts = DetectCgroups(
      "32 31 0:29 / /sys/fs/my\\040groups/cpu,cpuacct rw shared:9 - cgroup cgroup rw,cpu,cpuacct\n"
      "35 31 0:32 / /sys/fs/my\\040groups/memory rw - cgroup cgroup rw,memory\n",
      "");
  ASSERT_TRUE(mounts.ok()) << mounts.status();
  EXPECT_EQ(mounts->cpu, "/sys/fs/my groups/cpu,cpuacct");
  EXPECT_EQ(mounts->cpuacct, mounts->cpu);
}

TEST(DetectCgroups, PrefersTheWholeHierarchyToABindMountOfAPart) {
  auto mounts = DetectCgroups(
      "1 0 0:29 /docker/abc /part rw - cgroup cgroup rw,cpu,cpuacct\n"
      "2 0 0:29 / /whole rw - cgroup cgroup rw,cpu,cpuacct\n"
      "3 0 0:30 /docker/abc /memory rw - cgroup cgroup rw,memory\n",
      "");
  ASSERT_TRUE(mounts.ok()) << mounts.status();
  EXPECT_EQ(mounts->cpu, "/whole");
  EXPECT_EQ(mounts->memory, "/memory");
}

TEST(DetectCgroups, SaysWhatIsMissingAndWhatToDo) {
  FakeRoot root;
  root.Offer("/sys/fs/cgroup", "cpuset pids\n");
  auto lacking = DetectCgroups("1 0 0:30 / /sys/fs/cgroup rw - cgroup2 none rw\n", root.path());
  EXPECT_EQ(lacking.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(MessageOf(lacking), AllOf(HasSubstr("offers only [cpuset pids]"),
                                        HasSubstr("without cpu, cpuacct, memory")));

  auto nothing = DetectCgroups("", root.path());
  EXPECT_THAT(MessageOf(nothing),
              AllOf(HasSubstr("cgroup v2 is not mounted"), HasSubstr("mount -t cgroup2")));

  auto no_memory = DetectCgroups("1 0 0:29 / /cg rw - cgroup cgroup rw,cpu,cpuacct\n", root.path());
  EXPECT_THAT(MessageOf(no_memory), HasSubstr("cgroup_enable=memory"));

  auto unreadable = DetectCgroups("1 0 0:30 / /gone rw - cgroup2 none rw\n", root.path());
  EXPECT_THAT(MessageOf(unreadable), HasSubstr("/gone/cgroup.controllers"));
}

}  // namespace
}  // namespace bench
