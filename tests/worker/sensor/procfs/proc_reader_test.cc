#include "worker/sensor/procfs/proc_reader.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "common/os/files.h"
#include "tests/fakes/temp_dir.h"

namespace bench::sensor {
namespace {

TEST(ProcReader, TellsOfThisProcess) {
  UniqueFd fd(open("/etc/passwd", O_RDONLY | O_CLOEXEC));
  ProcReader reader;
  std::optional<ProcessFacts> facts = reader.ReadProcess(getpid());
  ASSERT_TRUE(facts.has_value());
  EXPECT_EQ(facts->parent_pid, getppid());
  EXPECT_EQ(facts->uid, getuid());
  EXPECT_EQ(facts->exe_path, std::filesystem::read_symlink("/proc/self/exe"));
  EXPECT_EQ(facts->cwd, std::filesystem::current_path());
  EXPECT_FALSE(facts->args.empty());
  EXPECT_TRUE(std::any_of(facts->fds.begin(), facts->fds.end(), [&](const auto& entry) {
    return entry.first == fd.get() && entry.second.name == "/etc/passwd";
  }));
  EXPECT_TRUE(reader.Exists(getpid()));
  EXPECT_EQ(reader.ReadThreadName(getpid(), getpid()), facts->name);
}

TEST(ProcReader, SaysWhatIsGone) {
  ProcReader reader;
  EXPECT_FALSE(reader.ReadProcess(0x3fffffff).has_value());
  EXPECT_FALSE(reader.ReadThreadName(0x3fffffff, 0x3fffffff).has_value());
  EXPECT_FALSE(reader.Exists(0x3fffffff));
  EXPECT_EQ(reader.ReadExePath(0x3fffffff), "");
}

class ProcTreeTest : public testing::Test {
 protected:
  TempDir root_;
};

TEST_F(ProcTreeTest, NamesMayHoldParenthesesAndSpaces) {
  root_.Write("7/stat", "7 (a (b) c) S 3 7 7 34816 7 0");
  root_.Write("7/cmdline", std::string("prog\0an arg\0\0", 13));
  root_.Write("7/loginuid", "1000\n");
  std::optional<ProcessFacts> facts = ProcReader(root_.path()).ReadProcess(7);
  ASSERT_TRUE(facts.has_value());
  EXPECT_EQ(facts->name, "a (b) c");
  EXPECT_EQ(facts->parent_pid, 3);
  EXPECT_EQ(facts->tty, 34816);
  EXPECT_EQ(facts->login_uid, 1000u);
  EXPECT_EQ(facts->args, (std::vector<std::string>{"prog", "an arg", ""}));
}

TEST_F(ProcTreeTest, ADamagedStatIsAGoneProcess) {
  root_.Write("7/stat", "7 bash S");
  EXPECT_FALSE(ProcReader(root_.path()).ReadProcess(7).has_value());
}

TEST_F(ProcTreeTest, UserNamesComeFromPasswd) {
  root_.Write("passwd",
              "root:x:0:0:root:/root:/bin/bash\ntoor:x:0:0::/:\n\nbroken\nme:x:1000:1::/:\n");
  auto names = ReadUserNames(root_ / "passwd");
  EXPECT_EQ(names.size(), 2u);
  EXPECT_EQ(names.at(0), "root");
  EXPECT_EQ(names.at(1000), "me");
  EXPECT_TRUE(ReadUserNames(root_ / "none").empty());
}

TEST(ContainerIdOf, FindsTheEnginesId) {
  const std::string id = "b71c0ccf62e9a0d1b71c0ccf62e9a0d1b71c0ccf62e9a0d1b71c0ccf62e9a0d1";
  EXPECT_EQ(ContainerIdOf("4:memory:/docker/" + id + "\n"), "b71c0ccf62e9");
  EXPECT_EQ(ContainerIdOf("0::/system.slice/docker-" + id + ".scope\n"), "b71c0ccf62e9");
  EXPECT_EQ(ContainerIdOf("4:memory:/process/c02173a2e1612f87d633ddc46993cbc5\n"), "host");
  EXPECT_EQ(ContainerIdOf(""), "host");
}

}  // namespace
}  // namespace bench::sensor
