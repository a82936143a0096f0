#include "controller/storage/ids.h"

#include <cstdlib>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/os/files.h"
#include "controller/storage/default_path.h"
#include "controller/storage/time_text.h"
#include "tests/fakes/temp_dir.h"

namespace bench {
namespace {

using ::testing::MatchesRegex;

const absl::Time kNoon = absl::FromUnixSeconds(1795348800);  // 2026-11-22T12:00:00Z

TEST(Ids, AreReadableAndCarryTheDate) {
  IdGenerator ids([] { return uint64_t{0x1234}; });
  EXPECT_EQ(ids.Next("c", kNoon), "c-20261122-ahg004hm");
  EXPECT_THAT(RandomIdGenerator().Next("r", kNoon), MatchesRegex("r-20261122-[0-9a-z]{8}"));
}

TEST(Ids, NeverRepeatAndAlwaysAscend) {
  // No chance at all, the same instant, and a clock that goes back.
  IdGenerator ids([] { return uint64_t{0}; });
  std::string last;
  for (int i = 0; i < 20'000; ++i) {
    std::string id = ids.Next("r", i < 10'000 ? kNoon : kNoon - absl::Hours(30));
    ASSERT_GT(id, last);
    last = id;
  }
}

TEST(Ids, TwoGeneratorsRarelyMeet) {
  IdGenerator a = RandomIdGenerator();
  IdGenerator b = RandomIdGenerator();
  std::set<std::string> seen;
  for (int i = 0; i < 50; ++i) {
    absl::Time now = kNoon + absl::Seconds(i);
    seen.insert(a.Next("r", now));
    seen.insert(b.Next("r", now));
  }
  EXPECT_GE(seen.size(), 99u);
}

TEST(TimeText, SortsAndComesBack) {
  absl::Time time = kNoon + absl::Microseconds(1500);
  EXPECT_EQ(FormatTimeText(time), "2026-11-22T12:00:00.001500Z");
  EXPECT_EQ(ParseTimeText(FormatTimeText(time)), time);
  EXPECT_EQ(ParseTimeText("yesterday"), std::nullopt);
  EXPECT_EQ(FromTimestamp(ToTimestamp(time)), time);
  EXPECT_LT(FormatTimeText(kNoon), FormatTimeText(time));
}

TEST(DefaultPath, FollowsXdgDataHomeAndMakesItsDirectories) {
  TempDir dir;
  const char* before = std::getenv("XDG_DATA_HOME");
  std::string saved = before == nullptr ? "" : before;
  setenv("XDG_DATA_HOME", (dir / "data").c_str(), 1);
  EXPECT_EQ(*DefaultDatabasePath(), dir / "data/falco-bench/bench.db");
  EXPECT_TRUE(PathExists(dir / "data/falco-bench"));
  ASSERT_TRUE(WriteFile(dir / "file", "x").ok());
  setenv("XDG_DATA_HOME", (dir / "file").c_str(), 1);
  EXPECT_THAT(std::string(DefaultDatabasePath().status().message()), ::testing::HasSubstr("--db"));
  if (before == nullptr) {
    unsetenv("XDG_DATA_HOME");
  } else {
    setenv("XDG_DATA_HOME", saved.c_str(), 1);
  }
}

}  // namespace
}  // namespace bench
