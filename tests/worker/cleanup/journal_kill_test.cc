// Benchmarks that are really killed: the next start undoes what they left.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "absl/strings/str_cat.h"
#include "common/os/files.h"
#include "common/os/process.h"
#include "tests/fakes/killed_benchmark.h"
#include "tests/fakes/temp_dir.h"
#include "worker/cleanup/journal.h"
#include "worker/cleanup/state_dir.h"
#include "worker/limits/cgroup.h"

namespace bench {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// A process that outlives the one that started it. Returns once it has exec'ed: until then it
// shares our descriptors, the lock's among them.
pid_t StartOrphan(const std::vector<std::string>& join_cgroup_procs) {
  pid_t pid = fork();
  if (pid != 0) {
    auto comm = [&] { return ReadFile(absl::StrCat("/proc/", pid, "/comm")); };
    while (comm().value_or("") == ReadFile("/proc/self/comm").value_or("?")) usleep(1000);
    return comm().value_or("") == "sleep\n" ? pid : -1;
  }
  for (const std::string& path : join_cgroup_procs) {
    if (!WriteFile(path, "0").ok()) _exit(1);
  }
  execl("/bin/sleep", "sleep", "100", nullptr);
  _exit(1);
}

void TellOwnPid(Journal& /*journal*/, const KilledBenchmark::Tell& tell) {
  tell(getpid());
}

bool DiedBySigkill(pid_t pid) {
  int status = 0;
  return waitpid(pid, &status, 0) == pid && WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
}

class JournalKillTest : public ::testing::Test {
 protected:
  // Orphans become our children, so that we can see how they end.
  JournalKillTest() { prctl(PR_SET_CHILD_SUBREAPER, 1); }

  TempDir dir_;
  const std::string state_ = dir_ / "state";
};

TEST_F(JournalKillTest, TheNextStartRemovesFilesAndProcesses) {
  const std::string file = dir_ / "falco-bench-marker";
  KilledBenchmark benchmark(state_, [&](Journal& journal, const KilledBenchmark::Tell& tell) {
    if (!journal.WillCreateFile(file).ok() || !WriteFile(file, "x").ok()) return;
    pid_t pid = StartOrphan({});
    auto ticks = ProcessStartTicks(pid);
    if (ticks.ok() && journal.DidStartProcess(pid, *ticks).ok()) tell(pid);
  });
  ASSERT_GT(benchmark.told(), 0);
  EXPECT_THAT(InspectStateDir(state_).leftovers, IsEmpty());  // in use, not left
  EXPECT_EQ(InspectStateDir(state_).held_by, benchmark.pid());
  benchmark.Kill();
  ASSERT_TRUE(PathExists(file));
  ASSERT_EQ(kill(benchmark.told(), 0), 0);
  EXPECT_FALSE(InspectStateDir(state_).held_by.has_value());
  EXPECT_THAT(InspectStateDir(state_).leftovers, AllOf(SizeIs(2), Contains("the file " + file)));

  ReplayReport report;
  ASSERT_TRUE(Journal::Open(state_, &report).ok());
  EXPECT_THAT(report.undone, SizeIs(2));
  EXPECT_THAT(report.problems, IsEmpty());
  EXPECT_FALSE(PathExists(file));
  EXPECT_TRUE(DiedBySigkill(benchmark.told()));
  EXPECT_THAT(InspectStateDir(state_).leftovers, IsEmpty());
}

TEST_F(JournalKillTest, TheLockNamesItsHolderAndGoesWithIt) {
  KilledBenchmark benchmark(state_, TellOwnPid);
  ASSERT_EQ(benchmark.told(), benchmark.pid());
  ReplayReport report;
  auto refused = Journal::Open(state_, &report);
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kAlreadyExists);
  EXPECT_THAT(std::string(refused.status().message()),
              HasSubstr(absl::StrCat("kill ", benchmark.pid())));
  benchmark.Kill();
  EXPECT_TRUE(Journal::Open(state_, &report).ok());
}

TEST_F(JournalKillTest, AnotherStateDirectoryIsFree) {
  KilledBenchmark benchmark(state_, TellOwnPid);
  ReplayReport report;
  EXPECT_TRUE(Journal::Open(dir_ / "other", &report).ok());
}

TEST_F(JournalKillTest, TheNextStartRemovesAControlGroupWithWhatIsInIt) {
  if (geteuid() != 0) GTEST_SKIP() << "needs root to make control groups";
  auto mounts = FindCgroups();
  if (!mounts.ok()) GTEST_SKIP() << mounts.status().message();
  const std::string name = absl::StrCat("falco-bench-test-", getpid());
  {
    auto probe = CreateCgroup(*mounts, name, nullptr);
    if (!probe.ok()) GTEST_SKIP() << probe.status().message();
  }
  std::vector<std::string> directories;
  if (mounts->version == 2) {
    directories = {mounts->unified + "/" + name};
  } else {
    directories = {mounts->cpu + "/" + name, mounts->memory + "/" + name};
  }
  KilledBenchmark benchmark(state_, [&](Journal& journal, const KilledBenchmark::Tell& tell) {
    auto journal_first = [&](const std::vector<std::string>& all) -> absl::Status {
      for (const std::string& directory : all) {
        if (auto entry = journal.WillCreateCgroup(directory); !entry.ok()) return entry.status();
      }
      return absl::OkStatus();
    };
    auto group = CreateCgroup(*mounts, name, journal_first);
    if (!group.ok() || !(*group)->SetCpu(500).ok()) return;
    pid_t pid = StartOrphan((*group)->procs_files());
    static_cast<void>(group->release());  // as if we had been killed here
    tell(pid);
  });
  ASSERT_GT(benchmark.told(), 0);
  benchmark.Kill();
  for (const std::string& directory : directories) ASSERT_TRUE(PathExists(directory));

  ReplayReport report;
  ASSERT_TRUE(Journal::Open(state_, &report).ok());
  EXPECT_THAT(report.problems, IsEmpty());
  EXPECT_THAT(report.undone, Contains(HasSubstr("removed the control group")));
  for (const std::string& directory : directories) EXPECT_FALSE(PathExists(directory)) << directory;
  EXPECT_TRUE(DiedBySigkill(benchmark.told()));
}

}  // namespace
}  // namespace bench
