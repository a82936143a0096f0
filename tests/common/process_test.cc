#include "common/os/process.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <map>
#include <string>
#include <thread>

#include "absl/time/clock.h"
#include "tests/fakes/wait_until.h"

namespace bench {
namespace {

SpawnOptions Shell(const std::string& script) {
  SpawnOptions options;
  options.argv = {"/bin/sh", "-c", script};
  return options;
}

std::string ReadAll(int fd) {
  std::string all;
  char buffer[256];
  for (ssize_t n; (n = read(fd, buffer, sizeof buffer)) > 0;) all.append(buffer, n);
  return all;
}

TEST(ChildProcess, GivesOutputAndExitCode) {
  SpawnOptions options = Shell("echo $GREETING; exit 3");
  options.extra_env = {"GREETING=hello"};
  options.pipe_stdout = true;
  auto child = ChildProcess::Spawn(options);
  ASSERT_TRUE(child.ok()) << child.status();
  EXPECT_EQ(ReadAll(child->stdout_fd().get()), "hello\n");
  auto state = child->Wait(absl::Seconds(10));
  ASSERT_TRUE(state.ok());
  EXPECT_EQ(state->ToString(), "exit code 3");
}

TEST(ChildProcess, SaysWhichProgramCouldNotBeStarted) {
  SpawnOptions options;
  options.argv = {"/nonexistent/program"};
  auto child = ChildProcess::Spawn(options);
  ASSERT_FALSE(child.ok());
  EXPECT_NE(child.status().message().find("/nonexistent/program"), absl::string_view::npos);
}

TEST(ChildProcess, KillsWhatIgnoresSigterm) {
  auto child = ChildProcess::Spawn(Shell("trap '' TERM; while :; do sleep 0.05; done"));
  ASSERT_TRUE(child.ok());
  absl::SleepFor(absl::Milliseconds(100));
  ExitState state = child->Terminate(absl::Milliseconds(200));
  EXPECT_TRUE(state.signaled);
  EXPECT_EQ(state.code, SIGKILL);
}

TEST(ChildProcess, DiesWithTheThreadThatStartedIt) {
  pid_t pid = -1;
  ChildProcess child;
  std::thread([&] {
    SpawnOptions options;
    options.argv = {"/bin/sleep", "100"};
    child = *ChildProcess::Spawn(options);
    pid = child.pid();
  }).join();
  auto state = child.Wait(absl::Seconds(10));
  ASSERT_TRUE(state.ok()) << "pid " << pid << " still runs";
  EXPECT_EQ(state->code, SIGKILL);
}

TEST(ChildProcess, KeepsAnInheritedDescriptorOpenInTheChildOnly) {
  UniqueFd file(open("/dev/null", O_RDONLY | O_CLOEXEC));
  const std::string probe = "[ -e /proc/self/fd/" + std::to_string(file.get()) + " ] || exit 7";
  SpawnOptions options = Shell(probe);
  options.inherit_fds = {file.get()};
  auto with = ChildProcess::Spawn(options);
  ASSERT_TRUE(with.ok()) << with.status();
  EXPECT_EQ(with->Wait(absl::Seconds(10))->ToString(), "exit code 0");
  auto without = ChildProcess::Spawn(Shell(probe));
  ASSERT_TRUE(without.ok()) << without.status();
  EXPECT_EQ(without->Wait(absl::Seconds(10))->ToString(), "exit code 7");
  EXPECT_EQ(fcntl(file.get(), F_GETFD), FD_CLOEXEC);
}

TEST(StatFieldsAfterName, TakesWhateverTheNameHolds) {
  EXPECT_THAT(StatFieldsAfterName("7 (a) S 9) b) R 1 7 7"),
              ::testing::ElementsAre("R", "1", "7", "7"));
  EXPECT_TRUE(StatFieldsAfterName("7 a S 1").empty());
  EXPECT_TRUE(StatFieldsAfterName("").empty());
}

TEST(ProcessEnvironment, IsWhatAProcessWasStartedWith) {
  auto sleep = ChildProcess::Spawn({.argv = {"/bin/sleep", "100"}, .extra_env = {"BENCH_A=b=c"}});
  ASSERT_TRUE(sleep.ok()) << sleep.status();
  // The kernel sets it up a moment after the exec has closed what tells us of it.
  std::map<std::string, std::string> environment;
  EXPECT_TRUE(WaitUntil([&environment, pid = sleep->pid()] {
    environment = ProcessEnvironment(pid).value_or(environment);
    return !environment.empty();
  }));
  EXPECT_EQ(environment["BENCH_A"], "b=c");
  EXPECT_TRUE(environment.contains("PATH"));
  EXPECT_FALSE(ProcessEnvironment(0x3fffffff).ok());
}

TEST(ChildProcess, StartTicksNameAProcess) {
  auto mine = ProcessStartTicks(getpid());
  ASSERT_TRUE(mine.ok()) << mine.status();
  EXPECT_EQ(*mine, *ProcessStartTicks(getpid()));
  EXPECT_FALSE(ProcessStartTicks(0x3fffffff).ok());
}

}  // namespace
}  // namespace bench
