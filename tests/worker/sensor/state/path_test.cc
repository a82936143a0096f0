#include "worker/sensor/state/path.h"

#include <gtest/gtest.h>

namespace bench::sensor {
namespace {

TEST(AbsolutePath, TakesRelativePathsFromTheBase) {
  EXPECT_EQ(AbsolutePath("/home/user", "file"), "/home/user/file");
  EXPECT_EQ(AbsolutePath("/home/user/", "./a/../file"), "/home/user/file");
  EXPECT_EQ(AbsolutePath("/", "file"), "/file");
}

TEST(AbsolutePath, IgnoresTheBaseOfAnAbsolutePath) {
  EXPECT_EQ(AbsolutePath("/home", "/etc/shadow"), "/etc/shadow");
}

TEST(AbsolutePath, RemovesDotsAndDoubleSlashes) {
  EXPECT_EQ(AbsolutePath("/x", "//etc//./passwd/"), "/etc/passwd");
  EXPECT_EQ(AbsolutePath("/x", "/tmp/../etc/ssl/../shadow"), "/etc/shadow");
  EXPECT_EQ(AbsolutePath("/x", "/a/.../b"), "/a/.../b");
}

TEST(AbsolutePath, StopsClimbingAtTheRoot) {
  EXPECT_EQ(AbsolutePath("/a/b", "../../../../etc/shadow"), "/etc/shadow");
  EXPECT_EQ(AbsolutePath("/a", ".."), "/");
  EXPECT_EQ(AbsolutePath("/a", "/.."), "/");
}

TEST(AbsolutePath, LeavesAnEmptyPathEmpty) {
  EXPECT_EQ(AbsolutePath("/a", ""), "");
}

TEST(DirectoryAndFileName, SplitAtTheLastSlash) {
  EXPECT_EQ(DirectoryOf("/etc/shadow"), "/etc");
  EXPECT_EQ(FileNameOf("/etc/shadow"), "shadow");
  EXPECT_EQ(DirectoryOf("/x"), "/");
  EXPECT_EQ(DirectoryOf("x"), "");
  EXPECT_EQ(FileNameOf("x"), "x");
}

}  // namespace
}  // namespace bench::sensor
