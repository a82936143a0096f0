#include "worker/rig/load_only_rig.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <thread>

#include "absl/time/clock.h"
#include "tests/fakes/temp_dir.h"
#include "worker/cleanup/state_dir.h"

namespace bench {
namespace {

using ::testing::IsEmpty;

class LoadOnlyRigTest : public testing::Test {
 protected:
  LoadOnlyRigTest() {
    ReplayReport nothing;
    journal_ = *Journal::Open(dir_.path(), &nothing);
    rig_ = std::make_unique<LoadOnlyRig>(
        GeneratorLoadOptions{
            .journal = journal_.get(), .generator_path = "bin/bench-generator", .cpus = {0}},
        nullptr, cancelled_, RealClock());
  }

  // Filler only: it makes files nowhere but in the scratch directory.
  absl::Status SetUpFiller() {
    return rig_->SetUp({.run_id = "load-test", .mix = {.profile = "filler"}});
  }

  static TrialRequest At(double syscalls_per_sec) {
    return {.phase = TrialPhase::kRound,
            .syscalls_per_sec = syscalls_per_sec,
            .duration = absl::Seconds(1)};
  }

  std::vector<std::string> ScratchFiles() const {
    std::vector<std::string> files;
    for (const auto& entry : std::filesystem::directory_iterator(ScratchPath(dir_.path()))) {
      files.push_back(entry.path().filename().string());
    }
    return files;
  }

  TempDir dir_;
  std::atomic<bool> cancelled_ = false;
  std::unique_ptr<Journal> journal_;
  std::unique_ptr<LoadOnlyRig> rig_;
};

TEST_F(LoadOnlyRigTest, TellsTheLoadAndNothingOfASensor) {
  ASSERT_TRUE(SetUpFiller().ok());
  EXPECT_EQ(rig_->facts().sensor.kind, "");
  EXPECT_EQ(rig_->facts().generators, 1);
  EXPECT_EQ(rig_->Calibrate()->events_per_syscall, 0);
  for (int i = 0; i < 2; ++i) {
    const auto trial = rig_->RunTrial(At(2000));
    ASSERT_TRUE(trial.ok()) << trial.status();
    EXPECT_GT(trial->achieved_syscalls_per_sec, 1000);
    EXPECT_LT(trial->achieved_syscalls_per_sec, 2100);
    EXPECT_EQ(trial->events, 0);
    EXPECT_THAT(ScratchFiles(), IsEmpty());
  }
  EXPECT_TRUE(rig_->TearDown().ok());
}

TEST_F(LoadOnlyRigTest, ACancelledRoundEndsSoonAndLeavesNothing) {
  ASSERT_TRUE(SetUpFiller().ok());
  TrialRequest request = At(2000);
  request.duration = absl::Hours(1);
  std::thread canceller([this] {
    absl::SleepFor(absl::Milliseconds(300));
    cancelled_ = true;
  });
  EXPECT_TRUE(absl::IsCancelled(rig_->RunTrial(request).status()));
  canceller.join();
  EXPECT_THAT(ScratchFiles(), IsEmpty());
}

TEST_F(LoadOnlyRigTest, AnUnknownMixIsRefused) {
  EXPECT_TRUE(absl::IsInvalidArgument(rig_->SetUp({.mix = {.profile = "nonsense"}})));
}

}  // namespace
}  // namespace bench
