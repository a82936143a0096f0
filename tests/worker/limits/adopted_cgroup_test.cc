#include "worker/limits/adopted_cgroup.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <map>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/fakes/fake_cgroup_tree.h"

namespace bench {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr int64_t kMiB = 1 << 20;
constexpr pid_t kPid = 4242;

// A fake tree with a fake /proc beside it; the paths that the code is told are those of a host.
class AdoptedCgroupTest : public ::testing::Test {
 protected:
  absl::StatusOr<std::unique_ptr<AdoptedCgroup>> TryAdopt() {
    return AdoptCgroupWith(tree_, tree_.root(), kPid, [this](const std::vector<SavedKnob>& knobs) {
      journaled_.insert(journaled_.end(), knobs.begin(), knobs.end());
      EXPECT_THAT(tree_.writes(), IsEmpty());  // before the first change
      return absl::OkStatus();
    });
  }
  std::unique_ptr<AdoptedCgroup> Adopt() {
    auto group = TryAdopt();
    EXPECT_TRUE(group.ok()) << group.status();
    return group.ok() ? *std::move(group) : nullptr;
  }
  std::string Refusal() {
    auto group = TryAdopt();
    EXPECT_EQ(group.status().code(), absl::StatusCode::kFailedPrecondition) << group.status();
    return std::string(group.status().message());
  }
  void WriteProc(const std::string& name, const std::string& text) {
    const std::string path = tree_.root() + "/proc/" + name;
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    FakeCgroupTree::Set(path, text);
  }
  // Puts the process into the group at `path` of each of `mounts`.
  void Put(const std::vector<std::string>& mounts, const std::string& path) {
    for (const std::string& mount : mounts) {
      directories_[mount] = tree_.AddGroup(mount, path);
      FakeCgroupTree::Set(directories_[mount] + "/cgroup.procs", absl::StrCat(kPid, "\n"));
    }
    WriteProc(absl::StrCat(kPid, "/stat"), absl::StrCat(kPid, " (falco) S 1 1 1 0\n"));
  }
  std::string Get(const std::string& mount, const std::string& name) {
    return FakeCgroupTree::Get(directories_[mount] + "/" + name);
  }
  void Set(const std::string& mount, const std::string& name, const std::string& text) {
    FakeCgroupTree::Set(directories_[mount] + "/" + name, text);
  }
  // Every knob of the group, by path.
  std::map<std::string, std::string> Texts() {
    std::map<std::string, std::string> texts;
    for (const auto& [mount, directory] : directories_) {
      for (const auto& entry : std::filesystem::directory_iterator(directory)) {
        if (entry.is_regular_file()) {
          texts[entry.path().string()] = FakeCgroupTree::Get(entry.path().string());
        }
      }
    }
    return texts;
  }

  FakeCgroupTree tree_;
  std::map<std::string, std::string> directories_;
  std::vector<SavedKnob> journaled_;
};

class AdoptedV1Test : public AdoptedCgroupTest {
 protected:
  AdoptedV1Test() {
    FakeCgroupTree::V1(tree_);
    WriteProc("self/mountinfo",
              "1 0 0:1 / /cpu rw - cgroup cgroup rw,cpu\n"
              "2 0 0:2 / /cpuacct rw - cgroup cgroup rw,cpuacct\n"
              "3 0 0:3 / /memory rw - cgroup cgroup rw,memory\n");
    Move("/kubepods/burstable/pod1b2c/0123456789abcdef");
  }
  void Move(const std::string& path) {
    Put({"cpu", "cpuacct", "memory"}, path);
    WriteProc(absl::StrCat(kPid, "/cgroup"),
              absl::StrCat("3:memory:", path, "\n2:cpuacct:", path, "\n1:cpu:", path, "\n"));
  }
  void SetAbove(const std::string& mount, const std::string& name, const std::string& text) {
    FakeCgroupTree::Set(tree_.root() + "/" + mount + "/kubepods/burstable/pod1b2c/" + name, text);
  }
};

class AdoptedV2Test : public AdoptedCgroupTest {
 protected:
  AdoptedV2Test() {
    FakeCgroupTree::V2(tree_);
    WriteProc("self/mountinfo", "1 0 0:1 / /unified rw - cgroup2 cgroup2 rw\n");
    Move("/system.slice/falco-modern-bpf.service");
  }
  void Move(const std::string& path) {
    Put({"unified"}, path);
    WriteProc(absl::StrCat(kPid, "/cgroup"), absl::StrCat("0::", path, "\n"));
  }
  std::string Get(const std::string& name) { return AdoptedCgroupTest::Get("unified", name); }
  void Set(const std::string& name, const std::string& text) {
    AdoptedCgroupTest::Set("unified", name, text);
  }
};

TEST_F(AdoptedV1Test, TellsEachKnobBeforeItChangesOne) {
  auto group = Adopt();
  std::vector<std::string> names;
  for (const SavedKnob& knob : journaled_) names.push_back(KnobName(knob.path));
  EXPECT_THAT(names, ElementsAre("cpu.cfs_period_us", "cpu.cfs_quota_us", "cpu.cfs_burst_us",
                                 "memory.limit_in_bytes", "memory.memsw.limit_in_bytes",
                                 "memory.swappiness"));
  EXPECT_EQ(KnobDirectory(journaled_[0].path), directories_["cpu"]);
  EXPECT_EQ(journaled_[1].text, "-1");
  EXPECT_NE(journaled_[1].directory_inode, 0u);
}

TEST_F(AdoptedV1Test, ChangesNothingWhenItCannotBeJournaled) {
  auto group = AdoptCgroupWith(tree_, tree_.root(), kPid,
                               [](const auto&) { return absl::UnavailableError("disk full"); });
  EXPECT_EQ(group.status().message(), "disk full");
  EXPECT_THAT(tree_.writes(), IsEmpty());
}

TEST_F(AdoptedV1Test, LimitsReadsBackAndRestoresExactly) {
  // 1.5 CPUs of 2 above, with another period and a burst; a limit with some swap.
  SetAbove("cpu", "cpu.cfs_quota_us", "200000\n");
  Set("cpu", "cpu.cfs_period_us", "50000\n");
  Set("cpu", "cpu.cfs_quota_us", "75000\n");
  Set("cpu", "cpu.cfs_burst_us", "60000\n");
  Set("memory", "memory.limit_in_bytes", "536870912\n");
  Set("memory", "memory.memsw.limit_in_bytes", "1073741824\n");
  const auto before = Texts();
  auto group = Adopt();
  ASSERT_NE(group, nullptr);
  for (auto [cpu_millis, mib] : {std::pair{250, 256}, {2000, 2048}, {500, 64}}) {
    absl::Status set = group->SetMemory(mib * kMiB);
    ASSERT_TRUE(set.ok()) << set;
    set = group->SetCpu(cpu_millis);
    ASSERT_TRUE(set.ok()) << set;
    EXPECT_EQ(group->ReadBack()->cpu_millis, cpu_millis);
    EXPECT_EQ(group->ReadBack()->memory_bytes, mib * kMiB);
    EXPECT_TRUE(group->Stats().ok());
    EXPECT_THAT(*group->Drift(), IsEmpty());
  }
  EXPECT_EQ(Get("cpu", "cpu.cfs_burst_us"), "0\n");
  absl::Status restored = group->Restore();
  ASSERT_TRUE(restored.ok()) << restored;
  EXPECT_EQ(Texts(), before);
  EXPECT_THAT(*group->Drift(), IsEmpty());
}

TEST_F(AdoptedV1Test, IsRestoredByItsOwnersEnd) {
  const auto before = Texts();
  ASSERT_TRUE(Adopt()->SetCpu(250).ok());
  EXPECT_EQ(Texts(), before);
}

TEST_F(AdoptedV1Test, WhatItNeverChangedIsNotItsToRestore) {
  auto group = Adopt();
  Set("cpu", "cpu.cfs_quota_us", "50000\n");
  ASSERT_TRUE(group->Restore().ok());
  EXPECT_EQ(Get("cpu", "cpu.cfs_quota_us"), "50000\n");
}

TEST_F(AdoptedV1Test, RestoreMayBeTriedAgain) {
  const auto before = Texts();
  auto group = Adopt();
  ASSERT_TRUE(group->SetMemory(64 * kMiB).ok());
  tree_.RefuseWrites("memory.limit_in_bytes", EBUSY);
  EXPECT_FALSE(group->Restore().ok());
  tree_.RefuseWrites("memory.limit_in_bytes", 0);
  EXPECT_TRUE(group->Restore().ok());
  EXPECT_EQ(Texts(), before);
}

TEST_F(AdoptedV1Test, APodWithLessCpuIsSaidAndNothingIsWritten) {
  SetAbove("cpu", "cpu.cfs_quota_us", "100000\n");
  auto group = Adopt();
  EXPECT_TRUE(group->SetCpu(1000).ok());
  const size_t writes = tree_.writes().size();
  absl::Status tighter = group->SetCpu(2000);
  EXPECT_EQ(tighter.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(tighter.message()),
              AllOf(HasSubstr("a CPU limit of 2 can't be had"), HasSubstr("the pod above"),
                    HasSubstr("tighter one of 1"), HasSubstr("DaemonSet")));
  EXPECT_THAT(std::string(group->SetCpu(0).message()), HasSubstr("no CPU limit can't be had"));
  EXPECT_THAT(tree_.writes(), SizeIs(writes));
}

TEST_F(AdoptedV1Test, AGroupAboveWithLessMemoryCountsOnlyWhereItHoldsThoseBelow) {
  SetAbove("memory", "memory.limit_in_bytes", "134217728\n");
  auto group = Adopt();
  EXPECT_TRUE(group->SetMemory(128 * kMiB).ok());
  EXPECT_THAT(std::string(group->SetMemory(256 * kMiB).message()),
              HasSubstr("tighter one of 128Mi"));
  SetAbove("memory", "memory.use_hierarchy", "0\n");
  EXPECT_TRUE(group->SetMemory(256 * kMiB).ok());
}

TEST_F(AdoptedV1Test, ALimitBelowWhatItHoldsIsALackOfMemory) {
  auto group = Adopt();
  tree_.RefuseWrites("memory.limit_in_bytes", EBUSY);
  absl::Status held = group->SetMemory(64 * kMiB);
  EXPECT_EQ(held.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_THAT(std::string(held.message()), HasSubstr("already uses more than that"));
}

TEST_F(AdoptedV1Test, SaysWhatAnotherPutBackAndSetsItAgain) {
  auto group = Adopt();
  ASSERT_TRUE(group->SetCpu(250).ok());
  ASSERT_TRUE(group->SetMemory(64 * kMiB).ok());
  Set("cpu", "cpu.cfs_quota_us", "100000\n");
  auto drift = group->Drift();
  ASSERT_TRUE(drift.ok()) << drift.status();
  EXPECT_THAT(*drift,
              ElementsAre("cpu.cfs_quota_us of the container 0123456789ab is \"100000\" and "
                          "was set to \"25000\""));
  ASSERT_TRUE(group->Reapply().ok());
  EXPECT_THAT(*group->Drift(), IsEmpty());
  EXPECT_EQ(group->ReadBack()->cpu_millis, 250);
  EXPECT_EQ(group->ReadBack()->memory_bytes, 64 * kMiB);
}

TEST_F(AdoptedV1Test, ATighterLimitAboveIsDrift) {
  auto group = Adopt();
  ASSERT_TRUE(group->SetCpu(1000).ok());
  SetAbove("cpu", "cpu.cfs_quota_us", "50000\n");
  EXPECT_THAT(*group->Drift(), ElementsAre(HasSubstr("tighter one of 500m")));
}

TEST_F(AdoptedV1Test, ARestartedProcessIsNotFound) {
  auto group = Adopt();
  ASSERT_TRUE(group->SetCpu(250).ok());
  Set("cpuacct", "cgroup.procs", "4300\n");
  EXPECT_EQ(group->Drift().status().code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(group->Drift().status().message()),
              HasSubstr("process 4242 is no longer in the container"));
  EXPECT_FALSE(group->Reapply().ok());
  // The group is still there, so its limits are put back.
  ASSERT_TRUE(group->Restore().ok());
  EXPECT_EQ(Get("cpu", "cpu.cfs_quota_us"), "-1\n");
}

TEST_F(AdoptedV1Test, AGroupThatIsGoneIsSaidAndNeedsNoRestoring) {
  auto group = Adopt();
  ASSERT_TRUE(group->SetCpu(250).ok());
  for (const auto& [mount, directory] : directories_) {
    std::filesystem::rename(directory, directory + ".old");
  }
  EXPECT_EQ(group->Drift().status().code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(group->Drift().status().message()), HasSubstr("gone with its limits"));
  EXPECT_EQ(group->SetCpu(500).code(), absl::StatusCode::kNotFound);
  // One of the same name is another.
  Move("/kubepods/burstable/pod1b2c/0123456789abcdef");
  EXPECT_EQ(group->Drift().status().code(), absl::StatusCode::kNotFound);
  Set("cpu", "cpu.cfs_quota_us", "30000\n");
  EXPECT_TRUE(group->Restore().ok());
  EXPECT_EQ(Get("cpu", "cpu.cfs_quota_us"), "30000\n");
}

TEST_F(AdoptedV1Test, CountsTheProcessesThatWouldBeLimitedToo) {
  Set("cpu", "cgroup.procs", "4242\n4243\n4244\n77\n0\n");
  // In a group below it, on one hierarchy only.
  tree_.AddGroup("memory", "kubepods/burstable/pod1b2c/0123456789abcdef/below");
  Set("memory", "below/cgroup.procs", "78\n");
  WriteProc("4243/stat", "4243 (a) b) S 4242 1 1\n");  // a child with a hostile name
  WriteProc("4244/stat", "4244 (grandchild) S 4243 1 1\n");
  WriteProc("77/stat", "77 (other) S 1 1 1\n");
  WriteProc("77/comm", "sh \x1b[31m\n");
  WriteProc("78/comm", "falcoctl\n");
  const auto group = FindGroupToAdopt(tree_.root(), kPid);
  ASSERT_TRUE(group.ok()) << group.status();
  EXPECT_THAT(group->others, ElementsAre(0, 77, 78));
  EXPECT_THAT(OthersNote(tree_.root(), *group),
              AllOf(HasSubstr("(the container 0123456789ab) also holds 3 processes besides"),
                    HasSubstr("(one of another pid namespace, 77 sh \\x1b[31m, 78 falcoctl)"),
                    HasSubstr("they are limited with Falco")));
  EXPECT_THAT(tree_.writes(), IsEmpty());
}

TEST_F(AdoptedV1Test, SaysNothingOfOthersWhereThereAreNone) {
  const auto group = FindGroupToAdopt(tree_.root(), kPid);
  ASSERT_TRUE(group.ok()) << group.status();
  EXPECT_THAT(group->others, IsEmpty());
  EXPECT_EQ(OthersNote(tree_.root(), *group), "");
}

TEST_F(AdoptedV1Test, NamesAFewOfManyOthers) {
  std::string procs = "4242\n";
  for (int pid = 100; pid < 109; ++pid) absl::StrAppend(&procs, pid, "\n");
  Set("memory", "cgroup.procs", procs);
  EXPECT_THAT(OthersNote(tree_.root(), *FindGroupToAdopt(tree_.root(), kPid)),
              AllOf(HasSubstr("9 processes besides"), HasSubstr("100 that has just ended, "),
                    HasSubstr(" and 4 more)")));
}

TEST_F(AdoptedV1Test, RefusesASession) {
  Move("/user.slice/user-1000.slice/session-3.scope");
  EXPECT_THAT(Refusal(), AllOf(HasSubstr("limiting process 4242"), HasSubstr("session-3.scope"),
                               HasSubstr("whole services or sessions")));
}

TEST_F(AdoptedV1Test, RefusesAGroupThatHoldsTheBenchmark) {
  Set("memory", "cgroup.procs", absl::StrCat("4242\n", getpid(), "\n"));
  EXPECT_THAT(Refusal(), AllOf(HasSubstr("limiting process 4242"),
                               HasSubstr("this benchmark is in the same control group")));
}

TEST_F(AdoptedV1Test, RefusesAGroupThatDoesNotListTheProcess) {
  Set("memory", "cgroup.procs", "1\n");
  EXPECT_THAT(Refusal(), HasSubstr("memory/kubepods/burstable/pod1b2c/0123456789abcdef/"
                                   "cgroup.procs does not list it"));
}

TEST_F(AdoptedV1Test, RefusesTheRoot) {
  WriteProc("4242/cgroup", "3:memory:/\n2:cpuacct:/\n1:cpu:/\n");
  EXPECT_THAT(Refusal(), HasSubstr("is a root"));
}

TEST_F(AdoptedV1Test, AProcessThatHasEndedIsNotFound) {
  auto group = AdoptCgroupWith(tree_, tree_.root(), 99, nullptr);
  EXPECT_EQ(group.status().code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(group.status().message()), HasSubstr("limiting process 99"));
}

TEST_F(AdoptedV2Test, LimitsReadsBackAndRestoresExactly) {
  Set("cpu.max", "150000 50000\n");
  Set("cpu.max.burst", "140000\n");
  Set("memory.max", "536870912\n");
  Set("memory.high", "402653184\n");
  Set("memory.swap.max", "1048576\n");
  const auto before = Texts();
  auto group = Adopt();
  ASSERT_TRUE(group->SetMemory(256 * kMiB).ok());
  ASSERT_TRUE(group->SetCpu(250).ok());
  EXPECT_EQ(Get("cpu.max"), "25000 100000\n");
  EXPECT_EQ(Get("cpu.max.burst"), "0\n");
  EXPECT_EQ(Get("memory.high"), "max\n");
  EXPECT_EQ(Get("memory.swap.max"), "0\n");
  EXPECT_EQ(group->ReadBack()->memory_bytes, 256 * kMiB);
  EXPECT_EQ(group->ReadBack()->cpu_millis, 250);
  absl::Status restored = group->Restore();
  ASSERT_TRUE(restored.ok()) << restored;
  EXPECT_EQ(Texts(), before);
}

TEST_F(AdoptedV2Test, NoticesADaemonReload) {
  auto group = Adopt();
  ASSERT_TRUE(group->SetMemory(256 * kMiB).ok());
  Set("memory.max", "max\n");
  EXPECT_THAT(*group->Drift(),
              ElementsAre("memory.max of the unit falco-modern-bpf.service is \"max\" and was set "
                          "to \"268435456\""));
  ASSERT_TRUE(group->Reapply().ok());
  EXPECT_EQ(Get("memory.max"), "268435456\n");
}

TEST_F(AdoptedV2Test, NoticesAControllerThatWasTakenAwayAndGetsItBack) {
  auto group = Adopt();
  ASSERT_TRUE(group->SetCpu(250).ok());
  std::filesystem::remove(directories_["unified"] + "/cpu.max");
  FakeCgroupTree::Set(tree_.root() + "/unified/system.slice/cgroup.subtree_control", "memory\n");
  EXPECT_THAT(*group->Drift(), ElementsAre(HasSubstr("cpu.max of the unit falco-modern-bpf.service "
                                                     "is gone")));
  absl::Status reapplied = group->Reapply();
  ASSERT_TRUE(reapplied.ok()) << reapplied;
  EXPECT_EQ(Get("cpu.max"), "25000 100000\n");
}

TEST_F(AdoptedV2Test, EnablesTheControllersThatNobodyHadAUseFor) {
  std::filesystem::remove(directories_["unified"] + "/cpu.max");
  std::filesystem::remove(directories_["unified"] + "/memory.max");
  auto group = AdoptCgroupWith(tree_, tree_.root(), kPid, nullptr);
  ASSERT_TRUE(group.ok()) << group.status();
  EXPECT_THAT(FakeCgroupTree::Get(tree_.root() + "/unified/system.slice/cgroup.subtree_control"),
              HasSubstr("cpu memory"));
  EXPECT_TRUE((*group)->SetCpu(250).ok());
}

TEST_F(AdoptedV2Test, ATighterSliceIsSaid) {
  const std::string slice = tree_.root() + "/unified/system.slice/";
  FakeCgroupTree::Set(slice + "memory.max", "268435456\n");
  FakeCgroupTree::Set(slice + "memory.high", "134217728\n");
  auto group = Adopt();
  absl::Status tighter = group->SetMemory(512 * kMiB);
  EXPECT_EQ(tighter.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(tighter.message()),
              AllOf(HasSubstr("the slice system.slice above"), HasSubstr("tighter one of 128Mi"),
                    HasSubstr("systemctl set-property --runtime system.slice")));
  FakeCgroupTree::Set(slice + "cpu.max", "50000 100000\n");
  EXPECT_THAT(std::string(group->SetCpu(1000).message()), HasSubstr("tighter one of 500m"));
  EXPECT_TRUE(group->SetCpu(500).ok());
}

TEST_F(AdoptedV2Test, DoesNotKillWhoHoldsMoreThanTheLimit) {
  Set("memory.stat", "anon 314572800\nfile 1048576000\ninactive_file 0\n");
  auto group = Adopt();
  absl::Status held = group->SetMemory(256 * kMiB);
  EXPECT_EQ(held.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_THAT(std::string(held.message()), HasSubstr("it holds 300Mi already"));
  EXPECT_EQ(Get("memory.max"), "max\n");
  EXPECT_TRUE(group->SetMemory(512 * kMiB).ok());
  // The maps of its BPF programs are the kernel's memory, and can't be given back either.
  Set("memory.stat", "anon 104857600\nfile 0\nkernel 209715200\nshmem 104857600\nsock 4096\n");
  held = group->SetMemory(256 * kMiB);
  EXPECT_EQ(held.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_TRUE(group->SetMemory(512 * kMiB).ok());
}

TEST_F(AdoptedV2Test, TakesEachFlavourOfPath) {
  for (const char* path :
       {"/docker/0123456789abcdef", "/system.slice/docker-0123456789abcdef.scope",
        ("/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod1b_2c.slice/"
         "cri-containerd-0123456789abcdef.scope"),
        "/kubepods.slice/kubepods-pod1.slice/crio-0123456789abcdef.scope",
        "/system.slice/system-falco\\x2dmodern.slice/falco\\x2dmodern@1.service"}) {
    Move(path);
    const auto before = Texts();
    auto group = Adopt();
    ASSERT_NE(group, nullptr) << path;
    EXPECT_THAT(group->directories(), ElementsAre(tree_.root() + "/unified" + path));
    ASSERT_TRUE(group->SetCpu(250).ok());
    EXPECT_EQ(Get("cpu.max"), "25000 100000\n");
    ASSERT_TRUE(group->Restore().ok());
    EXPECT_EQ(Texts(), before);
    group.reset();
    tree_.ForgetWrites();
  }
}

}  // namespace
}  // namespace bench
