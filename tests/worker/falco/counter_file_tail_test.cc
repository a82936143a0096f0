#include "worker/falco/counter_file_tail.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <vector>

#include "tests/fakes/temp_dir.h"

namespace bench {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class CounterFileTailTest : public testing::Test {
 protected:
  std::vector<std::string> Poll() {
    std::vector<std::string> lines;
    tail_.Poll([&](absl::string_view line) { lines.emplace_back(line); });
    return lines;
  }
  void Append(const std::string& text) { std::ofstream(path_, std::ios::app) << text; }

  TempDir dir_;
  std::string path_ = dir_ / "counters.jsonl";
  CounterFileTail tail_{path_};
};

TEST_F(CounterFileTailTest, WaitsForTheFileAndForWholeLines) {
  EXPECT_THAT(Poll(), IsEmpty());
  Append("one\ntw");
  EXPECT_THAT(Poll(), ElementsAre("one"));
  EXPECT_THAT(Poll(), IsEmpty());
  Append("o\nthree\n");
  EXPECT_THAT(Poll(), ElementsAre("two", "three"));
}

TEST_F(CounterFileTailTest, GoesOnAfterATruncation) {
  Append("a long first line\nhalf of a sec");
  EXPECT_THAT(Poll(), ElementsAre("a long first line"));
  std::filesystem::resize_file(path_, 0);
  Append("new\n");
  EXPECT_THAT(Poll(), ElementsAre("new"));
}

TEST_F(CounterFileTailTest, ReadsTheEndOfTheOldFileAndThenTheNewOne) {
  Append("one\n");
  EXPECT_THAT(Poll(), ElementsAre("one"));
  Append("two\nunfinished");
  std::filesystem::rename(path_, dir_ / "counters.old");
  Append("three\n");
  EXPECT_THAT(Poll(), ElementsAre("two", "three"));
  std::filesystem::remove(path_);
  EXPECT_THAT(Poll(), IsEmpty());
  Append("four\n");
  EXPECT_THAT(Poll(), ElementsAre("four"));
}

}  // namespace
}  // namespace bench
