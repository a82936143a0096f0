#include "worker/falco/line_splitter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace bench {
namespace {

using ::testing::ElementsAre;

class Lines {
 public:
  explicit Lines(size_t max_line_bytes = 100) : splitter_(max_line_bytes) {}
  std::vector<std::string> Feed(absl::string_view chunk) {
    std::vector<std::string> lines;
    splitter_.Feed(chunk, [&](absl::string_view line) { lines.emplace_back(line); });
    return lines;
  }
  LineSplitter& splitter() { return splitter_; }

 private:
  LineSplitter splitter_;
};

TEST(LineSplitter, JoinsALineThatComesInPieces) {
  Lines lines;
  EXPECT_THAT(lines.Feed("one\ntw"), ElementsAre("one"));
  EXPECT_THAT(lines.Feed("o"), ElementsAre());
  EXPECT_THAT(lines.Feed("\n\nthree\n"), ElementsAre("two", "", "three"));
}

TEST(LineSplitter, AnyCutGivesTheSameLines) {
  const std::string text = "alpha\n\nbeta\ngamma delta\n";
  for (size_t cut = 0; cut <= text.size(); ++cut) {
    Lines lines;
    std::vector<std::string> all = lines.Feed(text.substr(0, cut));
    for (const std::string& line : lines.Feed(text.substr(cut))) all.push_back(line);
    EXPECT_THAT(all, ElementsAre("alpha", "", "beta", "gamma delta")) << "cut at " << cut;
  }
}

TEST(LineSplitter, KeepsNulBytes) {
  Lines lines;
  EXPECT_THAT(lines.Feed(absl::string_view("a\0b\n", 4)), ElementsAre(std::string("a\0b", 3)));
}

TEST(LineSplitter, SkipsAndCountsALineThatIsTooLong) {
  Lines lines(10);
  EXPECT_THAT(lines.Feed("0123456789\n"), ElementsAre("0123456789"));
  EXPECT_THAT(lines.Feed("01234567890\nnext\n"), ElementsAre("next"));
  EXPECT_EQ(lines.splitter().skipped_lines(), 1);
  EXPECT_EQ(lines.splitter().skipped_bytes(), 11);
  EXPECT_THAT(lines.Feed("01234567"), ElementsAre());
  EXPECT_THAT(lines.Feed("89a"), ElementsAre());
  EXPECT_THAT(lines.Feed("bcd\nafter\n"), ElementsAre("after"));
  EXPECT_EQ(lines.splitter().skipped_lines(), 2);
  EXPECT_EQ(lines.splitter().skipped_bytes(), 11 + 14);
}

TEST(LineSplitter, AGigabyteWithoutANewlineTakesNoMemory) {
  LineSplitter splitter;
  int lines = 0;
  auto count = [&lines](absl::string_view) { ++lines; };
  const std::string chunk(size_t{1} << 20, 'x');
  for (int i = 0; i < 1024; ++i) splitter.Feed(chunk, count);
  splitter.Feed("\nshort\n", count);
  EXPECT_EQ(lines, 1);
  EXPECT_EQ(splitter.skipped_lines(), 1);
  EXPECT_EQ(splitter.skipped_bytes(), int64_t{1} << 30);
}

TEST(LineSplitter, ForgetsTheUnfinishedLineAtReset) {
  Lines lines(10);
  lines.Feed("half a ");
  lines.splitter().Reset();
  EXPECT_THAT(lines.Feed("whole\n"), ElementsAre("whole"));
  lines.Feed("much too long for it");
  lines.splitter().Reset();
  EXPECT_THAT(lines.Feed("again\n"), ElementsAre("again"));
}

}  // namespace
}  // namespace bench
