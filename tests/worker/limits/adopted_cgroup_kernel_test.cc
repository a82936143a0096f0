// On the machine's own control groups, in one that is made for it; skipped where they can't be
// used.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <map>

#include "absl/time/clock.h"
#include "common/os/files.h"
#include "common/os/process.h"
#include "tests/fakes/killed_benchmark.h"
#include "tests/fakes/real_cgroup.h"
#include "tests/fakes/temp_dir.h"
#include "worker/cleanup/journal.h"
#include "worker/cleanup/state_dir.h"
#include "worker/limits/adopted_cgroup.h"

namespace bench {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr int64_t kMiB = 1 << 20;

// A sleeping process in a group with limits of its own, as a service has.
class AdoptRealCgroupTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto group = MakeOwnGroup();
    if (NoCgroupsHere(group.status())) GTEST_SKIP() << group.status().message();
    ASSERT_TRUE(group.ok()) << group.status();
    group_ = *std::move(group);
    ASSERT_TRUE(group_->SetMemory(512 * kMiB).ok());
    ASSERT_TRUE(group_->SetCpu(1500).ok());

    SpawnOptions options;
    options.argv = {"/bin/sleep", "1000"};
    options.join_cgroup_procs = group_->procs_files();
    auto child = ChildProcess::Spawn(options);
    ASSERT_TRUE(child.ok()) << child.status();
    child_ = *std::move(child);
  }

  std::map<std::string, std::string> Texts() { return LimitTexts(group_->directories()); }
  // Into whichever version has it.
  bool Write(const std::string& v1_name, const std::string& v2_name, const std::string& text) {
    const std::string path = KnobPath(group_->directories(), v1_name, v2_name);
    return !path.empty() && WriteFile(path, text).ok();
  }

  // A benchmark that changes the limits again and again, until it is killed.
  void KillAfterFirstChange(const std::string& state_dir, absl::Duration delay) {
    KilledBenchmark benchmark(
        state_dir, [this](Journal& journal, const KilledBenchmark::Tell& tell) {
          auto adopted = AdoptCgroup(child_.pid(), [&](const std::vector<SavedKnob>& knobs) {
            absl::Status status;
            for (const SavedKnob& knob : knobs)
              status.Update(journal.WillChangeKnob(knob).status());
            return status;
          });
          for (int turn = 0; adopted.ok(); ++turn) {
            const bool set = (*adopted)->SetMemory((turn % 2 == 0 ? 64 : 1024) * kMiB).ok() &&
                             (*adopted)->SetCpu(turn % 2 == 0 ? 100 : 1750).ok();
            if (!set) _exit(1);
            if (turn == 0) tell(getpid());
          }
        });
    EXPECT_GT(benchmark.told(), 0);
    absl::SleepFor(delay);
    benchmark.Kill();
  }

  std::unique_ptr<Cgroup> group_;
  ChildProcess child_;
};

TEST_F(AdoptRealCgroupTest, LimitsNoticesDriftAndRestoresExactly) {
  // Another period than ours, and a burst where the kernel has them.
  if (Write("cpu.cfs_period_us", "", "50000")) {
    ASSERT_TRUE(Write("cpu.cfs_quota_us", "", "75000"));
  } else {
    ASSERT_TRUE(Write("", "cpu.max", "75000 50000"));
  }
  Write("cpu.cfs_burst_us", "cpu.max.burst", "60000");
  const auto before = Texts();
  ASSERT_GE(before.size(), 3u);

  std::vector<SavedKnob> saved;
  auto adopted = AdoptCgroup(child_.pid(), [&](const std::vector<SavedKnob>& knobs) {
    saved = knobs;
    return absl::OkStatus();
  });
  ASSERT_TRUE(adopted.ok()) << adopted.status();
  EXPECT_EQ((*adopted)->directories(), group_->directories());
  EXPECT_THAT(FindGroupToAdopt("", child_.pid())->others, IsEmpty());
  EXPECT_THAT(saved, SizeIs(before.size()));
  EXPECT_EQ(Texts(), before);

  for (auto [cpu_millis, mib] : {std::pair{250, 64}, {1750, 1024}, {0, 0}, {333, 100}}) {
    absl::Status set = (*adopted)->SetMemory(mib * kMiB);
    ASSERT_TRUE(set.ok()) << set;
    set = (*adopted)->SetCpu(cpu_millis);
    ASSERT_TRUE(set.ok()) << set;
    EXPECT_EQ((*adopted)->ReadBack()->cpu_millis, cpu_millis);
    EXPECT_EQ((*adopted)->ReadBack()->memory_bytes, mib * kMiB);
    auto drift = (*adopted)->Drift();
    ASSERT_TRUE(drift.ok()) << drift.status();
    EXPECT_THAT(*drift, IsEmpty());
  }

  ASSERT_TRUE(Write("cpu.cfs_quota_us", "cpu.max", "50000"));
  EXPECT_THAT(*(*adopted)->Drift(), ElementsAre(HasSubstr("was set to \"33300")));
  ASSERT_TRUE((*adopted)->Reapply().ok());
  EXPECT_THAT(*(*adopted)->Drift(), IsEmpty());

  absl::Status restored = (*adopted)->Restore();
  ASSERT_TRUE(restored.ok()) << restored;
  EXPECT_EQ(Texts(), before);
}

TEST_F(AdoptRealCgroupTest, TheEndOfTheProcessIsNoticed) {
  auto adopted = AdoptCgroup(child_.pid(), nullptr);
  ASSERT_TRUE(adopted.ok()) << adopted.status();
  ASSERT_TRUE((*adopted)->SetCpu(250).ok());
  child_.Terminate(absl::Seconds(5));
  EXPECT_EQ((*adopted)->Drift().status().code(), absl::StatusCode::kNotFound);
  ASSERT_TRUE(group_->Remove().ok());
  EXPECT_THAT(std::string((*adopted)->Drift().status().message()), HasSubstr("gone"));
  EXPECT_TRUE((*adopted)->Restore().ok());
}

TEST_F(AdoptRealCgroupTest, RefusesOurOwnGroup) {
  auto ours = AdoptCgroup(getpid(), nullptr);
  EXPECT_EQ(ours.status().code(), absl::StatusCode::kFailedPrecondition) << ours.status();
}

// As a container in its pod.
TEST_F(AdoptRealCgroupTest, AGroupInATighterOneIsLimitedBelowItAndRestored) {
  std::vector<std::string> inner;
  SpawnOptions options;
  options.argv = {"/bin/sleep", "1000"};
  for (const std::string& directory : group_->directories()) {
    inner.push_back(directory + "/inner");
    if (mkdir(inner.back().c_str(), 0755) != 0) break;
    options.join_cgroup_procs.push_back(inner.back() + "/cgroup.procs");
  }
  auto child = ChildProcess::Spawn(options);
  if (!PathExists(inner.front() + "/cpu.cfs_quota_us")) {
    for (const std::string& directory : inner) EXPECT_TRUE(RemoveCgroupDirectory(directory).ok());
    GTEST_SKIP() << "on cgroup v2 a group with processes hands no controllers down";
  }
  ASSERT_TRUE(child.ok()) << child.status();
  // All that the group above has, in a period in which our quota alone would be more.
  ASSERT_TRUE(WriteFile(inner.front() + "/cpu.cfs_period_us", "1000000").ok());
  ASSERT_TRUE(WriteFile(inner.front() + "/cpu.cfs_quota_us", "1500000").ok());

  auto adopted = AdoptCgroup(child->pid(), nullptr);
  ASSERT_TRUE(adopted.ok()) << adopted.status();
  absl::Status tighter = (*adopted)->SetCpu(2000);
  EXPECT_EQ(tighter.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(tighter.message()), HasSubstr("tighter one of 1500m"));
  EXPECT_THAT(std::string((*adopted)->SetMemory(1024 * kMiB).message()),
              HasSubstr("tighter one of 512Mi"));
  absl::Status set = (*adopted)->SetCpu(1500);
  EXPECT_TRUE(set.ok()) << set;
  EXPECT_TRUE((*adopted)->SetMemory(64 * kMiB).ok());
  absl::Status restored = (*adopted)->Restore();
  EXPECT_TRUE(restored.ok()) << restored;
  EXPECT_EQ(*ReadFile(inner.front() + "/cpu.cfs_period_us"), "1000000\n");
  EXPECT_EQ(*ReadFile(inner.front() + "/cpu.cfs_quota_us"), "1500000\n");
  adopted->reset();
  for (const std::string& directory : inner) EXPECT_TRUE(RemoveCgroupDirectory(directory).ok());
}

// Killed in the middle of an attached sweep: the next start puts the limits back.
TEST_F(AdoptRealCgroupTest, AKilledBenchmarkIsUndoneByTheReplayWhereverItWas) {
  const auto before = Texts();
  for (int round = 0; round < 20; ++round) {
    TempDir dir;
    const std::string state = dir / "state";
    KillAfterFirstChange(state, absl::Microseconds(130 * round));
    EXPECT_NE(Texts(), before);
    EXPECT_THAT(InspectStateDir(state).leftovers, SizeIs(before.size()));

    ReplayReport report;
    auto journal = Journal::Open(state, &report);
    ASSERT_TRUE(journal.ok()) << journal.status();
    EXPECT_THAT(report.problems, IsEmpty());
    EXPECT_THAT(report.undone, Contains(HasSubstr("put back ")));
    EXPECT_EQ(Texts(), before);
    EXPECT_THAT(InspectStateDir(state).leftovers, IsEmpty());
  }
  EXPECT_FALSE(child_.Poll().has_value());  // the sensor runs on
}

}  // namespace
}  // namespace bench
