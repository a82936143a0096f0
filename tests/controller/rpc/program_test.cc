// bench-controller as scripts use it: its first line, its exit codes, its signals.
#include <csignal>
#include <cstdio>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "common/os/process.h"
#include "tests/fakes/temp_dir.h"

namespace bench {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;

constexpr absl::Duration kPatience = absl::Seconds(30);

ChildProcess Start(std::vector<std::string> flags) {
  SpawnOptions options;
  options.argv = {BENCH_BIN_DIR "/bench-controller"};
  options.argv.insert(options.argv.end(), flags.begin(), flags.end());
  options.pipe_stdout = true;
  options.pipe_stderr = true;
  auto child = ChildProcess::Spawn(options);
  EXPECT_TRUE(child.ok()) << child.status();
  return *std::move(child);
}

std::string ReadAll(int fd) {
  std::string text;
  char buffer[4096];
  for (ssize_t n = 0; (n = read(fd, buffer, sizeof(buffer))) > 0;) text.append(buffer, n);
  return text;
}

std::string FirstLine(int fd) {
  std::string line;
  for (char c = 0; read(fd, &c, 1) == 1 && c != '\n';) line += c;
  return line;
}

TEST(BenchController, SaysWhereItListensAndEndsWellOnSigterm) {
  TempDir dir;
  for (int signal : {SIGTERM, SIGINT}) {
    ChildProcess child = Start({"--listen", "127.0.0.1:0", "--db", dir / "bench.db"});
    EXPECT_THAT(FirstLine(child.stdout_fd().get()),
                MatchesRegex("listening on 127\\.0\\.0\\.1:[1-9][0-9]*"));
    ASSERT_TRUE(child.Signal(signal).ok());
    auto exit = child.Wait(kPatience);
    ASSERT_TRUE(exit.ok()) << exit.status();
    EXPECT_EQ(exit->ToString(), "exit code 0");
  }
}

TEST(BenchController, ComesBackOnTheSameFileAfterAKill) {
  TempDir dir;
  for (int i = 0; i < 3; ++i) {
    ChildProcess child = Start({"--listen", "127.0.0.1:0", "--db", dir / "bench.db"});
    EXPECT_THAT(FirstLine(child.stdout_fd().get()), HasSubstr("listening on"));
    ASSERT_TRUE(child.Signal(SIGKILL).ok());
    ASSERT_TRUE(child.Wait(kPatience).ok());
  }
}

TEST(BenchController, ExitCodesTellUsageFromFailure) {
  struct Case {
    std::vector<std::string> flags;
    int code;
    std::string says;
  };
  TempDir dir;
  const std::vector<Case> cases = {
      {{"--no-such-flag"}, 2, "--no-such-flag"},
      {{"--lease-ttl", "soon", "--db", dir / "a.db"}, 2, "--lease-ttl"},
      {{"--lease-ttl", "1ms", "--db", dir / "a.db"}, 2, "2s to 1h"},
      {{"--listen", "0.0.0.0:0", "--db", dir / "a.db"}, 2, "--insecure"},
      {{"--listen", "127.0.0.1:0", "--db", dir / "no/such/a.db"}, 1, "does not exist"},
  };
  for (const Case& each : cases) {
    ChildProcess child = Start(each.flags);
    std::string said = ReadAll(child.stderr_fd().get());
    auto exit = child.Wait(kPatience);
    ASSERT_TRUE(exit.ok()) << exit.status();
    EXPECT_EQ(exit->code, each.code) << said;
    EXPECT_THAT(said, HasSubstr(each.says));
  }
}

TEST(BenchController, HelpTeachesAndVersionIsALine) {
  ChildProcess help = Start({"--help"});
  EXPECT_THAT(ReadAll(help.stdout_fd().get()),
              AllOf(HasSubstr("bench-worker --controller"), HasSubstr("--listen"),
                    HasSubstr("Exit codes")));
  EXPECT_EQ(help.Wait(kPatience)->code, 0);
  ChildProcess version = Start({"--version"});
  EXPECT_THAT(ReadAll(version.stdout_fd().get()), HasSubstr("bench-controller "));
  EXPECT_EQ(version.Wait(kPatience)->code, 0);
}

}  // namespace
}  // namespace bench
