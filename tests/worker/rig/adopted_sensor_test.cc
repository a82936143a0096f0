// On the machine's own control groups, with a sleeping process for a Falco.
#include "worker/rig/adopted_sensor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "common/os/files.h"
#include "common/os/process.h"
#include "tests/fakes/quiet_sensor.h"
#include "tests/fakes/real_cgroup.h"
#include "tests/fakes/temp_dir.h"
#include "worker/limits/cgroup.h"
#include "worker/limits/oom_kill_log.h"

namespace bench {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr int64_t kMiB = 1 << 20;

// Alive as long as its process is.
class SleepingSensor final : public QuietSensor {
 public:
  explicit SleepingSensor(ChildProcess& process) : process_(process) {}
  pid_t pid() const override { return process_.pid(); }
  SensorExit Exit() override {
    return {.exited = process_.Poll().has_value(), .description = "it has ended"};
  }

 private:
  ChildProcess& process_;
};

class AdoptedSensorTest : public testing::Test {
 protected:
  void SetUp() override {
    auto group = ForeignGroup::Make("bench-adopted");
    if (NoCgroupsHere(group.status())) GTEST_SKIP() << group.status().message();
    ASSERT_TRUE(group.ok()) << group.status();
    group_ = *std::move(group);
    Sleep();
    ReplayReport nothing;
    journal_ = *Journal::Open(state_.path(), &nothing);
    sensor_ = std::make_unique<AdoptedSensor>(
        [this]() -> absl::StatusOr<std::unique_ptr<Sensor>> {
          if (process_.Poll()) Sleep();  // its supervisor is quick
          return std::make_unique<SleepingSensor>(process_);
        },
        journal_.get(),
        LimitedSensorOptions{.limits = {.cpu_millis = 300, .memory_bytes = 64 * kMiB}});
  }

  ~AdoptedSensorTest() override {
    sensor_.reset();
    process_.Terminate(absl::ZeroDuration());
  }

  void Sleep() { process_ = *group_->Spawn({"/bin/sleep", "1000"}); }

  std::string Cpu() const { return KnobPath(group_->directories(), "cpu.cfs_quota_us", "cpu.max"); }
  std::string CpuText() const {
    return std::string(absl::StripSuffix(ReadFile(Cpu()).value_or(""), "\n"));
  }

  TempDir state_;
  std::unique_ptr<ForeignGroup> group_;
  ChildProcess process_;
  std::unique_ptr<Journal> journal_;
  std::unique_ptr<AdoptedSensor> sensor_;
};

TEST_F(AdoptedSensorTest, IsLimitedAndHandedBackAsItWas) {
  const std::string before = CpuText();
  ASSERT_TRUE(sensor_->Start().ok());
  EXPECT_NE(CpuText(), before);
  EXPECT_TRUE(sensor_->Stats().ok());
  EXPECT_EQ(sensor_->TakeDisturbance(), "");
  EXPECT_FALSE(sensor_->CheckDeath());
  ASSERT_TRUE(sensor_->Stop().ok());
  EXPECT_EQ(CpuText(), before);
  EXPECT_FALSE(process_.Poll().has_value());
  sensor_.reset();
  journal_.reset();
  ReplayReport replay;
  EXPECT_TRUE(Journal::Open(state_.path(), &replay).ok());
  EXPECT_TRUE(replay.undone.empty());
}

TEST_F(AdoptedSensorTest, LimitsThatSomebodyChangedAreToldOnceAndHoldAgain) {
  ASSERT_TRUE(sensor_->Start().ok());
  const std::string ours = CpuText();
  ASSERT_TRUE(
      WriteFile(Cpu(), Cpu().find("cfs") != std::string::npos ? "50000" : "50000 100000").ok());
  EXPECT_THAT(sensor_->TakeDisturbance(),
              AllOf(HasSubstr("somebody changed the limits"), HasSubstr("50000")));
  EXPECT_EQ(CpuText(), ours);
  EXPECT_EQ(sensor_->TakeDisturbance(), "");
}

TEST_F(AdoptedSensorTest, ARestartIsADisturbanceAndTheNewProcessIsLimited) {
  ASSERT_TRUE(sensor_->Start().ok());
  const pid_t first = process_.pid();
  process_.Terminate(absl::ZeroDuration());
  ASSERT_TRUE(sensor_->CheckDeath());
  EXPECT_FALSE(sensor_->CheckDeath()->oom_killed);
  EXPECT_THAT(sensor_->TakeDisturbance(), HasSubstr("stopped or restarted"));
  EXPECT_EQ(sensor_->TakeDisturbance(), "");  // told once
  ASSERT_TRUE(sensor_->Start().ok());
  EXPECT_NE(sensor_->sensor().pid(), first);
  EXPECT_FALSE(sensor_->CheckDeath());
  EXPECT_EQ(sensor_->TakeDisturbance(), "");
}

// As under systemd: nothing of the group is left to ask when the end is noticed.
TEST_F(AdoptedSensorTest, AnOomKillIsToldFromARestartThoughTheGroupIsRemovedAtOnce) {
  if (!OomKillLog::Open().ok()) GTEST_SKIP() << "needs the kernel's log, /dev/kmsg";
  process_.Terminate(absl::Seconds(1));
  const std::string go = state_.path() + "/go";
  // tail keeps all of a line without an end in memory.
  process_ = *group_->Spawn(
      {"/bin/sh", "-c",
       absl::StrCat("until [ -e ", go, " ]; do sleep 0.02; done; exec tail /dev/zero")});
  const absl::Status started = sensor_->Start();
  ASSERT_TRUE(started.ok()) << started;
  ASSERT_TRUE(WriteFile(go, "").ok());
  ASSERT_TRUE(process_.Wait(absl::Seconds(60)).ok());
  for (const std::string& directory : group_->directories()) {
    const absl::Status removed = RemoveCgroupDirectory(directory);
    ASSERT_TRUE(removed.ok()) << removed;
  }
  ASSERT_TRUE(sensor_->CheckDeath());
  EXPECT_TRUE(sensor_->CheckDeath()->oom_killed) << sensor_->CheckDeath()->description;
  EXPECT_EQ(sensor_->TakeDisturbance(), "");
}

}  // namespace
}  // namespace bench
