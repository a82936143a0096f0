#include "worker/limits/process_cgroup.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace bench {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kV2Host[] = "31 1 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate\n";
constexpr char kV1Host[] =
    "31 23 0:28 / /sys/fs/cgroup ro - tmpfs tmpfs ro,mode=755\n"
    "32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw shared:9 - cgroup cgroup rw,cpu,cpuacct\n"
    "35 31 0:32 / /sys/fs/cgroup/memory rw shared:10 - cgroup cgroup rw,memory\n"
    "40 31 0:37 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,xattr,name=systemd\n"
    "41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n";

std::string V2At(const std::string& root, const std::string& point) {
  return absl::StrCat("31 1 0:26 ", root, " ", point, " rw - cgroup2 cgroup2 rw\n");
}
std::string V2Path(const std::string& path) {
  return absl::StrCat("0::", path, "\n");
}
std::string V1Path(const std::string& path) {
  return absl::StrCat("12:cpuset:/\n7:cpu,cpuacct:", path, "\n4:memory:", path,
                      "\n1:name=systemd:", path, "\n0::", path, "\n");
}

std::string Unified(const std::string& cgroup, const std::string& mountinfo) {
  auto group = MapProcessCgroup(cgroup, mountinfo);
  if (!group.ok()) return group.status().ToString();
  EXPECT_EQ(group->version, 2);
  EXPECT_EQ(group->memory, "");
  return group->unified;
}
std::string Refusal(const std::string& cgroup, const std::string& mountinfo) {
  auto group = MapProcessCgroup(cgroup, mountinfo);
  EXPECT_EQ(group.status().code(), absl::StatusCode::kFailedPrecondition) << group.status();
  return std::string(group.status().message());
}

// However a group is named: its path is taken as the kernel has it, never put together.
class NamedGroup : public ::testing::TestWithParam<const char*> {};

TEST_P(NamedGroup, IsFoundOnV2) {
  EXPECT_EQ(Unified(V2Path(GetParam()), kV2Host), absl::StrCat("/sys/fs/cgroup", GetParam()));
}

TEST_P(NamedGroup, IsFoundOnV1) {
  auto group = MapProcessCgroup(V1Path(GetParam()), kV1Host);
  ASSERT_TRUE(group.ok()) << group.status();
  EXPECT_EQ(group->version, 1);
  EXPECT_EQ(group->unified, "");
  EXPECT_EQ(group->cpu, absl::StrCat("/sys/fs/cgroup/cpu,cpuacct", GetParam()));
  EXPECT_EQ(group->cpuacct, group->cpu);
  EXPECT_EQ(group->memory, absl::StrCat("/sys/fs/cgroup/memory", GetParam()));
}

constexpr const char* kNames[] = {
    "/falco",
    "/system.slice/falco-modern-bpf.service",
    "/user.slice/user-1000.slice/run-u12.scope",  // of systemd-run --scope
    "/docker/0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
    "/system.slice/docker-0123456789abcdef.scope",
    "/system.slice/crio-0123456789abcdef.scope",
    "/kubepods/burstable/pod1b2c/0123456789abcdef",
    ("/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod1b_2c.slice/"
     "cri-containerd-0123456789abcdef.scope"),
    // A colon, as containerd has without systemd's runc; an escaped dash, as systemd has.
    "/system.slice/containerd.service/kubepods-pod1b.slice:cri-containerd:0123",
    "/system.slice/system-falco\\x2dmodern.slice/falco\\x2dmodern@1.service",
    "/with space/falco",
};
INSTANTIATE_TEST_SUITE_P(All, NamedGroup, ::testing::ValuesIn(kNames));

TEST(MapProcessCgroup, TakesEachControllerFromItsOwnHierarchy) {
  auto group = MapProcessCgroup("3:memory:/a\n2:cpuacct:/b\n1:cpu:/c\n0::/d\n",
                                "1 0 0:1 / /cg/cpu rw - cgroup cgroup rw,cpu\n2 0 0:2 / /cg/acct "
                                "rw - cgroup none rw,cpuacct\n"
                                "3 0 0:3 / /cg/memory rw - cgroup cgroup rw,memory\n4 0 0:4 / "
                                "/cg/uni rw - cgroup2 none rw\n");
  ASSERT_TRUE(group.ok()) << group.status();
  EXPECT_EQ(group->cpu, "/cg/cpu/c");
  EXPECT_EQ(group->cpuacct, "/cg/acct/b");
  EXPECT_EQ(group->memory, "/cg/memory/a");
}

TEST(MapProcessCgroup, TakesV2OfAHybridHostWhereV1HasNoneOfThem) {
  EXPECT_EQ(Unified("2:cpuset:/x\n1:name=systemd:/x\n0::/falco\n", kV1Host),
            "/sys/fs/cgroup/unified/falco");
}

TEST(MapProcessCgroup, RefusesControllersThatAreSplitBetweenVersions) {
  EXPECT_THAT(Refusal("7:cpu,cpuacct:/x\n0::/x\n", kV1Host),
              AllOf(HasSubstr("v1 has cpu, cpuacct and lacks memory"),
                    HasSubstr("systemd.unified_cgroup_hierarchy=1")));
}

TEST(MapProcessCgroup, FollowsTheWayUpThatAMountShows) {
  // We are in a container with a cgroup namespace of its own, and have the host's groups, too.
  const std::string both = V2At("/", "/sys/fs/cgroup") + V2At("/../../..", "/host/cgroup");
  EXPECT_EQ(Unified(V2Path("/../../../kubepods.slice/pod.slice/x.scope"), both),
            "/host/cgroup/kubepods.slice/pod.slice/x.scope");
  EXPECT_EQ(Unified(V2Path("/falco"), both), "/sys/fs/cgroup/falco");
}

TEST(MapProcessCgroup, FindsAGroupBelowABindMountOfAPart) {
  const std::string part = V2At("/system.slice", "/part");
  EXPECT_EQ(Unified(V2Path("/system.slice/falco.service"), part), "/part/falco.service");
  EXPECT_EQ(Unified(V2Path("/machine"), V2At("/machine", "/part")), "/part");
  EXPECT_THAT(Refusal(V2Path("/system.slicer/falco"), part),
              HasSubstr("not among those that are mounted here (/part shows /system.slice)"));
  // mountinfo escapes a backslash, /proc/PID/cgroup does not.
  EXPECT_EQ(Unified(V2Path("/a\\x2db/falco"), V2At("/a\\134x2db", "/part")), "/part/falco");
}

TEST(MapProcessCgroup, SaysThatAContainerDoesNotShowTheGroup) {
  EXPECT_THAT(Refusal(V2Path("/../../system.slice/falco.service"), kV2Host),
              AllOf(HasSubstr("not among those that are mounted"), HasSubstr("--cgroupns=host"),
                    HasSubstr("hostPath")));
  EXPECT_THAT(Refusal(V2Path("/docker/abc"), V2At("/docker/def", "/sys/fs/cgroup")),
              HasSubstr("not among those"));
  EXPECT_THAT(Refusal(V2Path("/x"), V2At("/../other", "/sys/fs/cgroup")), HasSubstr("not among"));
  EXPECT_THAT(Refusal(V2Path("/x"), "1 0 8:1 / / rw - ext4 /dev/sda rw\n"),
              HasSubstr("not mounted here"));
}

// The mount begins four groups above us, the group only two: who stands between is not told.
TEST(MapProcessCgroup, SaysThatTheNamespaceHidesTheNames) {
  EXPECT_THAT(Refusal(V2Path("/../../pod2.slice/x.scope"), V2At("/../../../..", "/host")),
              AllOf(HasSubstr("hides the names"), HasSubstr("/host shows /../../../.."),
                    HasSubstr("--cgroupns=host")));
}

TEST(MapProcessCgroup, PrefersAWritableMount) {
  EXPECT_EQ(Unified(V2Path("/falco"),
                    "1 0 0:1 / /ro ro,nosuid - cgroup2 cgroup2 rw\n"
                    "2 0 0:1 / /rw rw,nosuid - cgroup2 cgroup2 rw\n"),
            "/rw/falco");
  EXPECT_EQ(Unified(V2Path("/falco"), "1 0 0:1 / /ro ro,nosuid - cgroup2 cgroup2 rw\n"),
            "/ro/falco");
}

TEST(MapProcessCgroup, RefusesARootAndSaysWhatToDo) {
  for (const char* path : {"/", "/..", "/../.."}) {
    EXPECT_THAT(Refusal(V2Path(path), kV2Host + V2At("/../..", "/host")),
                AllOf(HasSubstr("is a root"), HasSubstr("--sensor falco")))
        << path;
  }
  // One controller at the root is enough: systemd's v1 has no CPU group for a unit without need.
  EXPECT_THAT(Refusal("3:memory:/system.slice/falco.service\n2:cpu,cpuacct:/\n"
                      "1:name=systemd:/system.slice/falco.service\n",
                      kV1Host),
              AllOf(HasSubstr("control group of cpu, /,"),
                    HasSubstr("systemctl set-property --runtime falco.service CPUAccounting=yes"),
                    Not(HasSubstr("--sensor falco"))));
}

TEST(MapProcessCgroup, RefusesAGroupThatHoldsMoreThanOneService) {
  for (const char* path :
       {"/system.slice", "/user.slice", "/user.slice/user-1000.slice",
        "/user.slice/user-1000.slice/session-3.scope",
        "/user.slice/user-1000.slice/user@1000.service",
        "/user.slice/user-1000.slice/user@1000.service/init.scope",
        "/user.slice/user-1000.slice/user@1000.service/app.slice/vte-spawn-1f.scope",
        "/user.slice/user-1000.slice/user@1000.service/app.slice/app-gnome-1.scope", "/init.scope",
        "/../../system.slice"}) {
    EXPECT_THAT(Refusal(V2Path(path), kV2Host + V2At("/../..", "/host")),
                AllOf(HasSubstr(path), HasSubstr("holds whole services or sessions"),
                      HasSubstr("systemd-run"), HasSubstr("--sensor falco")))
        << path;
  }
  // systemd's v1, where the slice has the controller and the unit has not.
  EXPECT_THAT(Refusal("3:memory:/system.slice/falco.service\n2:cpu,cpuacct:/system.slice\n"
                      "1:name=systemd:/system.slice/falco.service\n",
                      kV1Host),
              AllOf(HasSubstr("control group of cpu, /system.slice,"),
                    HasSubstr("systemctl set-property --runtime falco.service CPUAccounting=yes")));
}

TEST(MapProcessCgroup, ARemovedGroupOrProcessIsNotFound) {
  auto removed = MapProcessCgroup(V2Path("/system.slice/falco.service (deleted)"), kV2Host);
  EXPECT_EQ(removed.status().code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(removed.status().message()), HasSubstr("has been removed"));
  EXPECT_EQ(MapProcessCgroup("", kV2Host).status().code(), absl::StatusCode::kNotFound);
}

TEST(MapProcessCgroup, NoTextMakesItFail) {
  std::mt19937 random(11);
  constexpr absl::string_view kAlphabet = "0:/.\n ,cpuacctmemory-";
  for (int round = 0; round < 5000; ++round) {
    std::string text(random() % 80, '\0');
    for (char& c : text) c = kAlphabet[random() % kAlphabet.size()];
    auto group = MapProcessCgroup(text, kV1Host);
    if (!group.ok()) continue;
    for (const std::string& directory : {group->unified, group->cpu, group->memory}) {
      // Never one of the mounts themselves.
      EXPECT_NE(directory, "/sys/fs/cgroup/unified") << text;
      EXPECT_NE(directory, "/sys/fs/cgroup/memory") << text;
    }
  }
}

TEST(DescribeGroup, NamesWhoMadeIt) {
  const std::string pod =
      "/c/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod1.slice";
  EXPECT_EQ(DescribeGroup(pod), "the pod");
  EXPECT_EQ(DescribeGroup("/c/kubepods/burstable/pod1b2c"), "the pod");
  EXPECT_EQ(DescribeGroup(pod + "/cri-containerd-0123456789abcdef.scope"),
            "the container 0123456789ab");
  EXPECT_EQ(DescribeGroup("/c/kubepods/burstable/pod1b2c/0123456789abcdef"),
            "the container 0123456789ab");
  EXPECT_EQ(DescribeGroup("/c/kubepods.slice"), "Kubernetes' group kubepods.slice");
  EXPECT_EQ(DescribeGroup("/c/kubepods/burstable"), "Kubernetes' group burstable");
  EXPECT_EQ(DescribeGroup("/c/system.slice/falco.service"), "the unit falco.service");
  EXPECT_EQ(DescribeGroup("/c/system.slice"), "the slice system.slice");
  EXPECT_EQ(DescribeGroup("/c/falco"), "the control group falco");
  EXPECT_EQ(DescribeGroup("/c/vte-spawn-2c0b3f3a-6f5d-4c1e-9b7a-0123456789ab.scope"),
            "the unit vte-spawn-2c0b3f3a-6f5d-4c1e-9b7a-0123456789ab.scope");
}

TEST(OwnerOfGroups, IsAServiceOrAContainerOrWeOurselves) {
  const GroupOwner service = OwnerOfGroups(V1Path("/system.slice/falco-modern-bpf.service"));
  EXPECT_EQ(service.unit, "falco-modern-bpf.service");
  EXPECT_EQ(service.container, "");
  EXPECT_FALSE(service.of_benchmark);

  const std::string id(64, 'b');
  const GroupOwner container =
      OwnerOfGroups("4:memory:/docker/" + id + "\n1:name=systemd:/system.slice/docker.service\n");
  EXPECT_EQ(container.container, id);
  EXPECT_EQ(container.unit, "");  // the engine's is not its own

  EXPECT_TRUE(OwnerOfGroups(V2Path("/falco-bench-run-1")).of_benchmark);
  EXPECT_TRUE(OwnerOfGroups(V2Path("/falco-bench-run-1/below")).of_benchmark);
}

TEST(OwnerOfGroups, ASessionsScopeIsNoContainer) {
  for (const char* path :
       {"/user.slice/session-1.scope",
        "/user.slice/vte-spawn-2c0b3f3a-6f5d-4c1e-9b7a-0123456789ab.scope",
        "/user.slice/user-1000.slice/user@1000.service/app.slice/vte-spawn-7.scope",
        "/user.slice/user-1000.slice/user@1000.service", "/falco-bench", "/"}) {
    const GroupOwner nobody = OwnerOfGroups(V2Path(path));
    EXPECT_EQ(nobody.container, "") << path;
    EXPECT_EQ(nobody.unit, "") << path;
    EXPECT_FALSE(nobody.of_benchmark) << path;
  }
}

}  // namespace
}  // namespace bench
