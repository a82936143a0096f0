#include "worker/host/falco_finder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/os/files.h"
#include "common/os/process.h"
#include "tests/fakes/temp_dir.h"

namespace bench {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;

const std::string kId(64, 'a');

class FalcoFinderTest : public ::testing::Test {
 protected:
  // A program that is no Falco but speaks like one.
  std::string MakeProgram(const std::string& name, const std::string& script) {
    std::string path = dir_ / name;
    fs::create_directories(fs::path(path).parent_path());
    EXPECT_TRUE(WriteFile(path, "#!/bin/sh\n" + script + "\n").ok());
    chmod(path.c_str(), 0755);
    return path;
  }
  TempDir dir_;
};

TEST_F(FalcoFinderTest, AsksTheGivenProgramForItsVersion) {
  const std::string path =
      MakeProgram("my-falco", "[ \"$1\" = --version ] && echo 'Falco version: 0.44.1'");
  auto falco = FindFalco(path);
  ASSERT_TRUE(falco.ok()) << falco.status();
  EXPECT_EQ(falco->path, path);
  EXPECT_EQ(falco->version, "0.44.1");
}

TEST_F(FalcoFinderTest, LooksInPath) {
  const std::string path = MakeProgram("bin/falco", "echo 'Falco version: 1.2.3'");
  const std::string old = std::getenv("PATH");
  setenv("PATH", (dir_ / "empty:relative:" + (dir_ / "bin") + ":" + old).c_str(), 1);
  auto falco = FindFalco("");
  setenv("PATH", old.c_str(), 1);
  ASSERT_TRUE(falco.ok()) << falco.status();
  EXPECT_EQ(falco->path, path);
}

TEST_F(FalcoFinderTest, SaysWhatIsWrongWithTheGivenProgram) {
  auto missing = FindFalco(dir_ / "nowhere");
  EXPECT_EQ(missing.status().code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(missing.status().message()),
              AllOf(HasSubstr(dir_ / "nowhere"), HasSubstr("--falco-bin")));
  EXPECT_FALSE(FindFalco(dir_.path()).ok());  // a directory

  auto silent = FindFalco(MakeProgram("silent", "exit 1"));
  EXPECT_EQ(silent.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(silent.status().message()), HasSubstr("exit code 1"));

  auto other = FindFalco(MakeProgram("other", "echo nothing of a version"));
  EXPECT_EQ(other.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(other.status().message()), HasSubstr("nothing of a version"));
}

TEST_F(FalcoFinderTest, DoesNotWaitForAProgramThatHangs) {
  const std::string path = MakeProgram("hangs", "exec sleep 100");
  absl::Time start = absl::Now();
  auto falco = FindFalco(path, absl::Milliseconds(300));
  EXPECT_LT(absl::Now() - start, absl::Seconds(30));
  EXPECT_THAT(std::string(falco.status().message()), HasSubstr("did not end within 300ms"));
}

TEST_F(FalcoFinderTest, StopsReadingAProgramThatNeverEnds) {
  auto falco = FindFalco(MakeProgram("babbles", "exec yes"));
  EXPECT_EQ(falco.status().code(), absl::StatusCode::kFailedPrecondition);
}

class ProcTest : public FalcoFinderTest {
 protected:
  void AddProcess(const std::string& pid, const std::string& exe, const std::string& comm,
                  const std::string& cgroup) {
    const std::string folder = dir_ / ("proc/" + pid);
    fs::create_directories(folder);
    if (!exe.empty()) fs::create_symlink(exe, folder + "/exe");
    ASSERT_TRUE(WriteFile(folder + "/comm", comm + "\n").ok());
    ASSERT_TRUE(WriteFile(folder + "/cgroup", cgroup).ok());
  }
};

TEST_F(ProcTest, FindsFalcosByProgramOrName) {
  AddProcess("10", "/usr/bin/falco", "falco", "0::/system.slice/falco-modern-bpf.service\n");
  ASSERT_TRUE(WriteFile(dir_ / "proc/10/cmdline", std::string("falco\0-c\0/x\0", 12)).ok());
  AddProcess("9", "", "falco", "0::/\n");  // whose link we may not read
  AddProcess("30", "/usr/bin/falco (deleted)", "renamed", "0::/\n");
  AddProcess("40", "/usr/bin/falcoctl", "falcoctl", "0::/\n");
  AddProcess("50", "/usr/bin/not-falco", "bash", "0::/\n");
  AddProcess("self", "/usr/bin/falco", "falco", "");
  fs::create_directories(dir_ / "proc/60");  // ended meanwhile
  auto found = FindRunningFalco(dir_.path());
  EXPECT_THAT(found, ElementsAre(Field(&RunningFalco::pid, 9), Field(&RunningFalco::pid, 10),
                                 Field(&RunningFalco::pid, 30)));
  EXPECT_EQ(found[1].unit, "falco-modern-bpf.service");
  EXPECT_EQ(found[1].command, "falco -c /x");
  EXPECT_EQ(HowToStop(found[1]), "systemctl stop falco-modern-bpf.service");
  EXPECT_EQ(HowToStop(found[0]), "kill 9");
}

TEST_F(ProcTest, PassesOverOneThatHasEnded) {
  AddProcess("10", "", "falco", "0::/\n");
  ASSERT_TRUE(WriteFile(dir_ / "proc/10/stat", "10 (falco) Z 1 10 10 0").ok());
  AddProcess("11", "", "falco", "0::/\n");
  ASSERT_TRUE(WriteFile(dir_ / "proc/11/stat", "11 (a) Z b) S 1 10 10 0").ok());
  EXPECT_THAT(FindRunningFalco(dir_.path()), ElementsAre(Field(&RunningFalco::pid, 11)));
}

TEST_F(ProcTest, ItsCpusAreThoseOfItsMostConfinedThread) {
  for (const auto& [thread, cpus] :
       {std::pair("10", "0-3,6"), std::pair("11", "2-3"), std::pair("12", "0-7")}) {
    fs::create_directories(dir_ / (std::string("proc/10/task/") + thread));
    ASSERT_TRUE(WriteFile(dir_ / (std::string("proc/10/task/") + thread + "/status"),
                          absl::StrCat("Name:\tfalco\nCpus_allowed_list:\t", cpus, "\n"))
                    .ok());
  }
  EXPECT_THAT(CpusOf(10, dir_.path()), ElementsAre(2, 3));
  EXPECT_THAT(CpusOf(11, dir_.path()), ElementsAre());  // has gone
  EXPECT_EQ(CpusOf(getpid()).empty(), false);
}

TEST(HowToStop, LeavesAServiceAloneThatOnlyHoldsIt) {
  EXPECT_EQ(HowToStop({.pid = 812, .unit = "ssh.service"}), "kill 812");
  EXPECT_EQ(HowToStop({.pid = 812, .unit = "my-falco.service"}), "systemctl stop my-falco.service");
}

TEST(DescribeByCgroup, TellsContainersFromUnitsAndOurOwn) {
  RunningFalco docker;
  DescribeByCgroup("0::/system.slice/docker-" + kId + ".scope\n", &docker);
  EXPECT_EQ(docker.container, kId);
  EXPECT_EQ(docker.unit, "");
  EXPECT_THAT(HowToStop(docker), HasSubstr("docker stop aaaaaaaaaaaa "));

  RunningFalco kubernetes;
  DescribeByCgroup("4:memory:/kubepods.slice/kubepods-pod12.slice/cri-containerd-" + kId +
                       ".scope\n1:name=systemd:/system.slice/containerd.service\n",
                   &kubernetes);
  EXPECT_EQ(kubernetes.container, kId);
  EXPECT_EQ(kubernetes.unit, "");

  RunningFalco bare;
  DescribeByCgroup("4:memory:/docker/" + kId + "\n", &bare);
  EXPECT_EQ(bare.container, kId);

  RunningFalco ours;
  DescribeByCgroup("4:memory:/falco-bench-run-1\n1:cpu:/falco-bench-run-1\n", &ours);
  EXPECT_TRUE(ours.of_benchmark);
  EXPECT_EQ(ours.unit, "");

  RunningFalco plain;
  DescribeByCgroup("garbage\n0::/user.slice/session-1.scope\n", &plain);
  EXPECT_EQ(plain.unit, "");
  EXPECT_EQ(plain.container, "");
  EXPECT_FALSE(plain.of_benchmark);
}

TEST_F(FalcoFinderTest, SeesAProcessThatReallyRuns) {
  const std::string path = dir_ / "falco";
  fs::copy_file("/bin/sleep", path);
  SpawnOptions options;
  options.argv = {path, "100"};
  auto child = ChildProcess::Spawn(options);
  ASSERT_TRUE(child.ok()) << child.status();
  EXPECT_THAT(FindRunningFalco(), Contains(AllOf(Field(&RunningFalco::pid, child->pid()),
                                                 Field(&RunningFalco::exe, path))));
}

}  // namespace
}  // namespace bench
