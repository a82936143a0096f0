#include "worker/sensor/capture/load_errors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <filesystem>

#include "common/os/files.h"
#include "tests/fakes/temp_dir.h"

namespace bench::sensor {
namespace {

using ::testing::HasSubstr;

constexpr int64_t kMiB = 1 << 20;

class MemoryLimitTest : public testing::Test {
 protected:
  void Limit(const std::string& file, const std::string& content) {
    std::filesystem::create_directories(std::filesystem::path(root_ / file).parent_path());
    ASSERT_TRUE(WriteFile(root_ / file, content).ok());
  }
  absl::Status Check(const char* self_cgroup) {
    return CheckMemoryLimit(8 * kMiB, self_cgroup, root_.path());
  }
  TempDir root_;
};

TEST_F(MemoryLimitTest, SaysWhatATooSmallOneLacks) {
  Limit("memory/box/memory.limit_in_bytes", "16777216\n");
  absl::Status status = Check("5:cpu:/x\n4:memory:/box\n0::/\n");
  EXPECT_THAT(std::string(status.message()), HasSubstr("16 MiB"));
  EXPECT_THAT(std::string(status.message()), HasSubstr("need 22 MiB"));
  EXPECT_THAT(std::string(status.message()), HasSubstr("--buf-size-preset"));
}

TEST_F(MemoryLimitTest, ReadsTheUnifiedHierarchyToo) {
  Limit("box/memory.max", "16777216\n");
  EXPECT_FALSE(Check("0::/box\n").ok());
  Limit("box/memory.max", "67108864\n");
  EXPECT_TRUE(Check("0::/box\n").ok());
  Limit("box/memory.max", "max\n");
  EXPECT_TRUE(Check("0::/box\n").ok());
}

TEST_F(MemoryLimitTest, NoLimitIsNoObstacle) {
  EXPECT_TRUE(Check("0::/none\n").ok());
  EXPECT_TRUE(Check("").ok());
  EXPECT_TRUE(Check("garbage").ok());
  Limit("memory/box/memory.limit_in_bytes", "9223372036854771712\n");
  EXPECT_TRUE(Check("4:memory:/box\n").ok());
}

TEST(ExplainLoadError, SaysWhatToDo) {
  const auto words = [](int error) {
    return std::string(ExplainLoadError("make a ring buffer", error, "last words").message());
  };
  EXPECT_THAT(words(ENOMEM), HasSubstr("raise it"));
  EXPECT_THAT(words(EPERM), HasSubstr("CAP_BPF"));
  EXPECT_THAT(words(EACCES), HasSubstr("verifier"));
  EXPECT_THAT(words(EINVAL), HasSubstr("5.8"));
  EXPECT_THAT(words(EINVAL), HasSubstr("[last words]"));
  EXPECT_THAT(words(ENOMEM), HasSubstr("can't make a ring buffer"));
}

}  // namespace
}  // namespace bench::sensor
