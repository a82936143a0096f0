#include "worker/feeds/rotated_file.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "common/os/files.h"
#include "tests/fakes/temp_dir.h"

namespace bench {
namespace {

using ::testing::StartsWith;

// This process stands for a Falco that holds its file open.
class RotatedFileTest : public testing::Test {
 protected:
  void SetUp() override {
    path_ = dir_ / "falco.json";
    writer_.Reset(open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
    ASSERT_EQ(write(writer_.get(), "old\n", 4), 4);
  }
  std::optional<RotatedFile> Find() { return FindRotatedFile(getpid(), path_); }
  void ExpectFound(const std::string& name) {
    const auto found = Find();
    ASSERT_TRUE(found);
    EXPECT_EQ(found->name, name);
    EXPECT_EQ(found->open_as, absl::StrCat("/proc/", getpid(), "/fd/", writer_.get()));
    EXPECT_THAT(ReadFile(found->open_as).value_or("unreadable"), StartsWith("old\n"));
  }

  TempDir dir_;
  std::string path_;
  UniqueFd writer_;
};

TEST_F(RotatedFileTest, NothingIsLookedForWhereTheFileIsAtItsPath) {
  EXPECT_FALSE(Find());
  ASSERT_EQ(ftruncate(writer_.get(), 0), 0);
  EXPECT_FALSE(Find());
}

TEST_F(RotatedFileTest, FindsARenamedFileWhetherANewOneWasMadeOrNot) {
  std::filesystem::rename(path_, path_ + ".1");
  ExpectFound(path_ + ".1");
  std::ofstream(path_, std::ios::app) << "";
  ExpectFound(path_ + ".1");
  std::ofstream(path_, std::ios::app) << "somebody writes here\n";
  EXPECT_FALSE(Find());
}

TEST_F(RotatedFileTest, FindsARemovedFile) {
  std::filesystem::remove(path_);
  ExpectFound(path_ + " (deleted)");
}

TEST_F(RotatedFileTest, FindsOneThatWasRotatedAndThenRemoved) {
  std::filesystem::rename(path_, path_ + ".1");
  std::filesystem::remove(path_ + ".1");
  ExpectFound(path_ + ".1 (deleted)");
}

TEST_F(RotatedFileTest, LeavesOtherFilesOfTheProcessAlone) {
  for (const std::string& name :
       {path_ + ".metrics", dir_ / "else", dir_ / "falco.json2", dir_ / "falco.jsonl"}) {
    std::filesystem::rename(path_, name);
    EXPECT_FALSE(Find()) << name;
    std::filesystem::rename(name, path_);
  }
  std::filesystem::create_directory(dir_ / "other");
  std::filesystem::rename(path_, dir_ / "other/falco.json.1");
  EXPECT_FALSE(Find());
}

TEST_F(RotatedFileTest, AFileThatIsOnlyReadIsNotWrittenTo) {
  const UniqueFd reader(open(path_.c_str(), O_RDONLY | O_CLOEXEC));
  writer_.Reset();
  std::filesystem::rename(path_, path_ + ".1");
  EXPECT_FALSE(Find());
}

TEST_F(RotatedFileTest, FollowsLinksToTheDirectory) {
  std::filesystem::create_directory_symlink(dir_.path(), dir_.path() + "-link");
  std::filesystem::rename(path_, path_ + ".1");
  EXPECT_TRUE(FindRotatedFile(getpid(), dir_.path() + "-link/falco.json"));
  std::filesystem::remove(dir_.path() + "-link");
}

TEST_F(RotatedFileTest, FindsItBelowARootOfItsOwn) {
  std::filesystem::rename(path_, path_ + ".1");
  EXPECT_TRUE(FindRotatedFile(getpid(), absl::StrCat("/proc/", getpid(), "/root", path_)));
}

TEST(IsRotatedName, KnowsWhatRotationsMake) {
  for (const char* name :
       {"falco.json.1", "falco.json-20261123", "falco.json_2026", "falco-20261123.json",
        "falco.1.json", "falco.json.old", "falco.json.bak", "falco.json-2026-11-23.gz"}) {
    EXPECT_TRUE(IsRotatedName("falco.json", name)) << name;
  }
  for (const char* name : {"falco.json", "falco.json.", "falco.json1", "falco.metrics", "falco.old",
                           "falco", "", "x.falco.json.1"}) {
    EXPECT_FALSE(IsRotatedName("falco.json", name)) << name;
  }
  EXPECT_TRUE(IsRotatedName("falco", "falco.1"));
  EXPECT_FALSE(IsRotatedName("falco", "falco.metrics"));
  EXPECT_FALSE(IsRotatedName(".x", "y.1"));
}

}  // namespace
}  // namespace bench
