// An adopted Falco on a fake tree of control groups: how it starts, and how its ends are told
// apart.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "tests/fakes/fake_cgroup_tree.h"
#include "tests/fakes/quiet_sensor.h"
#include "tests/fakes/temp_dir.h"
#include "worker/rig/adopted_sensor.h"

namespace bench {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr int64_t kMiB = 1 << 20;
constexpr pid_t kPid = 4242;
constexpr char kUnit[] = "/system.slice/falco.service";

// What becomes of the process.
struct Fate {
  bool ended = false;
  std::function<void()> while_starting;  // then it never gets ready
};

class ScriptedSensor final : public QuietSensor {
 public:
  explicit ScriptedSensor(Fate& fate) : fate_(fate) {}
  absl::Status WaitReady(absl::Duration) override {
    if (!fate_.while_starting) return absl::OkStatus();
    fate_.while_starting();
    return absl::FailedPreconditionError("Falco, process 4242, has ended");
  }
  pid_t pid() const override { return kPid; }
  SensorExit Exit() override {
    return {.exited = fate_.ended, .description = "process 4242 has ended"};
  }

 private:
  Fate& fate_;
};

class AdoptedSensorOnFakeTree : public testing::TestWithParam<int> {
 protected:
  AdoptedSensorOnFakeTree() {
    const bool v2 = GetParam() == 2;
    if (v2) {
      FakeCgroupTree::V2(tree_);
      mounts_ = {"unified"};
      WriteProc("self/mountinfo", "1 0 0:1 / /unified rw - cgroup2 cgroup2 rw\n");
      WriteProc(absl::StrCat(kPid, "/cgroup"), absl::StrCat("0::", kUnit, "\n"));
    } else {
      FakeCgroupTree::V1(tree_);
      mounts_ = {"cpu", "cpuacct", "memory"};
      WriteProc("self/mountinfo",
                "1 0 0:1 / /cpu rw - cgroup cgroup rw,cpu\n"
                "2 0 0:2 / /cpuacct rw - cgroup cgroup rw,cpuacct\n"
                "3 0 0:3 / /memory rw - cgroup cgroup rw,memory\n");
      WriteProc(absl::StrCat(kPid, "/cgroup"),
                absl::StrCat("3:memory:", kUnit, "\n2:cpuacct:", kUnit, "\n1:cpu:", kUnit, "\n"));
    }
    WriteProc(absl::StrCat(kPid, "/stat"), absl::StrCat(kPid, " (falco) S 1 1 1 0\n"));
    AddGroup();
    ReplayReport nothing;
    journal_ = *Journal::Open(state_.path(), &nothing);
  }

  void WriteProc(const std::string& name, const std::string& text) {
    const std::string path = tree_.root() + "/proc/" + name;
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    FakeCgroupTree::Set(path, text);
  }
  void AddGroup() {
    for (const std::string& mount : mounts_) {
      directories_[mount] = tree_.AddGroup(mount, kUnit);
      FakeCgroupTree::Set(directories_[mount] + "/cgroup.procs", absl::StrCat(kPid, "\n"));
    }
  }
  // As systemd does with that of a service that has ended.
  void RemoveGroup() {
    for (const auto& [mount, directory] : directories_) std::filesystem::remove_all(directory);
  }
  void KernelSays(const std::string& text) {
    std::ofstream(kernel_log_, std::ios::app) << "6,1,2,-;" << text << "\n";
  }
  void KernelSaysKilled(pid_t pid) {
    KernelSays(absl::StrCat("Memory cgroup out of memory: Killed process ", pid, " (falco) …"));
  }
  void CountAnOomKill() {
    const bool v2 = GetParam() == 2;
    FakeCgroupTree::Set(v2 ? directories_["unified"] + "/memory.events"
                           : directories_["memory"] + "/memory.oom_control",
                        "oom_kill 1\n");
  }

  std::string CpuText() {
    return FakeCgroupTree::Get(GetParam() == 2 ? directories_["unified"] + "/cpu.max"
                                               : directories_["cpu"] + "/cpu.cfs_quota_us");
  }

  std::unique_ptr<AdoptedSensor> Make() {
    return std::make_unique<AdoptedSensor>(
        [this]() -> absl::StatusOr<std::unique_ptr<Sensor>> {
          ++finds_;
          if (!found_.ok()) return found_;
          if (finds_ > 1 && restarts_well_) fate_ = {};
          return std::make_unique<ScriptedSensor>(fate_);
        },
        journal_.get(),
        LimitedSensorOptions{.limits = {.cpu_millis = 300, .memory_bytes = 64 * kMiB}},
        AdoptedSensorHost{.adopt =
                              [this](pid_t pid, const BeforeKnobsChange& before) {
                                return AdoptCgroupWith(tree_, tree_.root(), pid, before);
                              },
                          .kernel_log = kernel_log_});
  }

  FakeCgroupTree tree_;
  TempDir state_;
  std::string kernel_log_ = state_.Write("kmsg", "");
  std::vector<std::string> mounts_;
  std::map<std::string, std::string> directories_;
  std::unique_ptr<Journal> journal_;
  Fate fate_;
  int finds_ = 0;
  absl::Status found_;
  bool restarts_well_ = false;
};
INSTANTIATE_TEST_SUITE_P(CgroupV, AdoptedSensorOnFakeTree, testing::Values(1, 2),
                         testing::PrintToStringParamName());

TEST_P(AdoptedSensorOnFakeTree, AnOomKillIsADeathWhereTheGroupStillCounts) {
  auto sensor = Make();
  ASSERT_TRUE(sensor->Start().ok());
  CountAnOomKill();
  fate_.ended = true;
  ASSERT_TRUE(sensor->CheckDeath());
  EXPECT_TRUE(sensor->CheckDeath()->oom_killed);
  EXPECT_EQ(sensor->TakeDisturbance(), "");
}

TEST_P(AdoptedSensorOnFakeTree, AnOomKillIsADeathThoughTheGroupWasRemovedAtOnce) {
  auto sensor = Make();
  ASSERT_TRUE(sensor->Start().ok());
  KernelSaysKilled(kPid);
  RemoveGroup();
  fate_.ended = true;
  for (int asked = 0; asked < 2; ++asked) {
    ASSERT_TRUE(sensor->CheckDeath());
    EXPECT_TRUE(sensor->CheckDeath()->oom_killed);
    EXPECT_THAT(sensor->CheckDeath()->description, HasSubstr("memory limit of 64Mi"));
  }
  EXPECT_EQ(sensor->TakeDisturbance(), "");
}

TEST_P(AdoptedSensorOnFakeTree, AnOomKillIsADeathThoughTheGroupWasMadeAnew) {
  auto sensor = Make();
  ASSERT_TRUE(sensor->Start().ok());
  KernelSaysKilled(kPid);
  RemoveGroup();
  AddGroup();
  fate_.ended = true;
  ASSERT_TRUE(sensor->CheckDeath());
  EXPECT_TRUE(sensor->CheckDeath()->oom_killed);
}

TEST_P(AdoptedSensorOnFakeTree, ARestartIsNoDeathWhoeverElseIsKilled) {
  auto sensor = Make();
  ASSERT_TRUE(sensor->Start().ok());
  KernelSaysKilled(kPid + 1);
  KernelSays("eth0: link is up");
  RemoveGroup();
  fate_.ended = true;
  ASSERT_TRUE(sensor->CheckDeath());
  EXPECT_FALSE(sensor->CheckDeath()->oom_killed);
  EXPECT_THAT(sensor->TakeDisturbance(), HasSubstr("stopped or restarted"));
}

TEST_P(AdoptedSensorOnFakeTree, OneThatWasMovedToAnotherGroupIsFoundAndLimitedThere) {
  auto sensor = Make();
  ASSERT_TRUE(sensor->Start().ok());
  for (const auto& [mount, directory] : directories_) {
    FakeCgroupTree::Set(directory + "/cgroup.procs", "");
  }
  EXPECT_THAT(sensor->TakeDisturbance(), HasSubstr("been moved"));
  const auto death = sensor->CheckDeath();
  ASSERT_TRUE(death.has_value());
  EXPECT_FALSE(death->oom_killed);
}

TEST_P(AdoptedSensorOnFakeTree, SaysWhereAnOomKillCannotBeTold) {
  std::filesystem::remove(kernel_log_);
  auto sensor = Make();
  ASSERT_TRUE(sensor->Start().ok());
  RemoveGroup();
  fate_.ended = true;
  EXPECT_THAT(sensor->TakeDisturbance(),
              AllOf(HasSubstr("stopped or restarted"), HasSubstr("only the kernel's log"),
                    HasSubstr(kernel_log_)));
}

TEST_P(AdoptedSensorOnFakeTree, AnOomKillWhileItStartsIsALackOfMemory) {
  fate_.while_starting = [this] {
    KernelSaysKilled(kPid);
    RemoveGroup();
    fate_.ended = true;
  };
  const absl::Status status = Make()->Start();
  EXPECT_TRUE(absl::IsResourceExhausted(status)) << status;
  EXPECT_THAT(std::string(status.message()), AllOf(HasSubstr("64Mi"), HasSubstr("more memory")));
}

TEST_P(AdoptedSensorOnFakeTree, GivesALoadingFalcoAllItsCpu) {
  std::string cpu_while_starting;
  const std::string before = CpuText();
  fate_.while_starting = [&] { cpu_while_starting = CpuText(); };
  auto sensor = Make();
  EXPECT_FALSE(sensor->Start().ok());
  EXPECT_EQ(cpu_while_starting, before);
  fate_.while_starting = nullptr;
  ASSERT_TRUE(sensor->Start().ok());
  EXPECT_NE(CpuText(), before);
}

TEST_P(AdoptedSensorOnFakeTree, OneThatIsRestartedWhileItIsAttachedToIsFoundAgain) {
  fate_.while_starting = [this] { fate_.ended = true; };
  restarts_well_ = true;
  const std::string before = CpuText();
  auto sensor = Make();
  const absl::Status started = sensor->Start();
  ASSERT_TRUE(started.ok()) << started;
  EXPECT_EQ(finds_, 2);
  EXPECT_FALSE(sensor->CheckDeath());
  EXPECT_NE(CpuText(), before);
  ASSERT_TRUE(sensor->Stop().ok());
  EXPECT_EQ(CpuText(), before);
}

TEST_P(AdoptedSensorOnFakeTree, OneThatNeverStaysIsGivenUp) {
  fate_.while_starting = [this] { fate_.ended = true; };
  const absl::Status status = Make()->Start();
  EXPECT_TRUE(absl::IsFailedPrecondition(status)) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr("has ended"));
  EXPECT_EQ(finds_, 3);
}

// A finder that gives up, or is cancelled, has waited already.
TEST_P(AdoptedSensorOnFakeTree, ASearchThatGivesUpIsNotBegunAgain) {
  auto sensor = Make();
  ASSERT_TRUE(sensor->Start().ok());
  fate_.ended = true;
  found_ = absl::CancelledError("cancelled");
  EXPECT_EQ(sensor->Start(), found_);
  EXPECT_EQ(finds_, 2);
}

}  // namespace
}  // namespace bench
