#include "worker/falco/counter_file_tail.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/str_format.h"
#include "tests/fakes/temp_dir.h"
#include "worker/falco/stats_line.h"

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

// Between two looks.
TEST_F(CounterFileTailTest, ATruncatedFileThatGrewBeyondWhatWasReadIsReadFromItsStart) {
  Append("10:00 a\nhalf of a sec");
  EXPECT_THAT(Poll(), ElementsAre("10:00 a"));
  std::filesystem::resize_file(path_, 0);
  Append("10:01 a\n10:01 b\n10:01 c\n10:01 d\n");
  EXPECT_THAT(Poll(), ElementsAre("10:01 a", "10:01 b", "10:01 c", "10:01 d"));
  std::filesystem::resize_file(path_, 0);
  Append("10:02 a\n10:02 b\n10:02 c\n10:02 d\n");  // to the byte as long as before
  EXPECT_THAT(Poll(), ElementsAre("10:02 a", "10:02 b", "10:02 c", "10:02 d"));
}

TEST_F(CounterFileTailTest, SoIsOneWhoseBeginningWasPassedOver) {
  for (const size_t lines : {1, 1000}) {
    for (size_t i = 0; i < lines; ++i) Append("10:00 a\n");
    CounterFileTail tail(path_, CounterFileTail::From::kEnd);
    std::filesystem::resize_file(path_, 0);
    for (size_t i = 0; i < lines + 1; ++i) Append("10:01 a\n");
    size_t read = 0;
    tail.Poll([&read](absl::string_view line) { read += line == "10:01 a" ? 1 : 0; });
    EXPECT_EQ(read, lines + 1);
  }
}

TEST_F(CounterFileTailTest, ALongFileThatOnlyGrowsIsReadOnce) {
  size_t read = 0;
  for (int poll = 0; poll < 50; ++poll) {
    for (int i = 0; i < 40; ++i) Append(absl::StrFormat("%d line %d\n", poll, i));
    read += Poll().size();
  }
  EXPECT_EQ(read, 50u * 40u);
}

TEST_F(CounterFileTailTest, BeginsWhereItsWriterHasItAndGoesOnAtThePath) {
  std::ofstream writer(path_, std::ios::app);
  writer << "old\n" << std::flush;
  std::filesystem::rename(path_, dir_ / "counters.1");
  CounterFileTail tail(path_, CounterFileTail::From::kEnd, dir_ / "counters.1");
  std::vector<std::string> lines;
  const auto poll = [&] {
    tail.Poll([&lines](absl::string_view line) { lines.emplace_back(line); });
  };
  writer << "one\n" << std::flush;
  poll();
  Append("");  // what logrotate makes in its place
  writer << "two\n" << std::flush;
  poll();
  Append("three\n");
  poll();
  EXPECT_THAT(lines, ElementsAre("one", "two", "three"));
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

// As Falco does with its metrics: it opens their file once.
TEST_F(CounterFileTailTest, StaysWithAWriterThatWasNotToldOfTheRotation) {
  std::ofstream writer(path_, std::ios::app);
  writer << "one\n" << std::flush;
  EXPECT_THAT(Poll(), ElementsAre("one"));
  std::filesystem::rename(path_, dir_ / "counters.old");
  Append("");  // created anew
  writer << "two\n" << std::flush;
  EXPECT_THAT(Poll(), ElementsAre("two"));
  writer << "three\n" << std::flush;
  EXPECT_THAT(Poll(), ElementsAre("three"));
  Append("four\n");  // it has opened it
  EXPECT_THAT(Poll(), ElementsAre("four"));
}

// The file of `-s`, as Falco before 0.33 writes it.
class StatsFileTailTest : public CounterFileTailTest {
 protected:
  static std::string Line(int64_t sample, int64_t events) {
    return absl::StrFormat(
        R"({"sample": %d, "cur": {"events": %d, "drops": 3, "preemptions": 0}, "delta": )"
        R"({"events": 1, "drops": 0, "preemptions": 0}, "drop_pct": 0},)"
        "\n",
        sample, events);
  }

  // The events of each line that was completed; -1 for one that is unreadable.
  std::vector<int64_t> PollEvents() {
    std::vector<int64_t> events;
    for (const std::string& line : Poll()) {
      auto reading = ParseStatsLine(line, absl::UnixEpoch());
      if (!reading.ok()) {
        events.push_back(-1);
      } else if (*reading) {
        events.push_back((*reading)->kernel_events);
      }
    }
    return events;
  }
};

TEST_F(StatsFileTailTest, WaitsForTheRestOfALine) {
  const std::string second = Line(2, 22);
  for (size_t cut = 1; cut < second.size(); ++cut) {
    Append(Line(1, 11) + second.substr(0, cut));
    EXPECT_THAT(PollEvents(), ElementsAre(11)) << cut;
    Append(second.substr(cut));
    EXPECT_THAT(PollEvents(), ElementsAre(22)) << cut;
  }
}

TEST_F(StatsFileTailTest, ALineThatItsWriterNeverFinishedCostsNoOtherButTheOneBehindIt) {
  Append(Line(1, 11) + Line(2, 22).substr(0, 30));  // killed here, and started again
  EXPECT_THAT(PollEvents(), ElementsAre(11));
  Append(Line(1, 5) + Line(2, 6));
  EXPECT_THAT(PollEvents(), ElementsAre(-1, 6));
}

TEST_F(StatsFileTailTest, GoesOnAfterATruncationInTheMiddleOfALine) {
  Append(Line(1, 11) + Line(2, 22).substr(0, 30));
  EXPECT_THAT(PollEvents(), ElementsAre(11));
  std::filesystem::resize_file(path_, 0);
  Append(Line(3, 33).substr(0, 20));
  EXPECT_THAT(PollEvents(), IsEmpty());
  Append(Line(3, 33).substr(20));
  EXPECT_THAT(PollEvents(), ElementsAre(33));
}

TEST_F(StatsFileTailTest, ReadsTheRestOfARotatedFileAndThenTheNewOne) {
  const std::string second = Line(2, 22);
  Append(Line(1, 11) + second.substr(0, 30));
  EXPECT_THAT(PollEvents(), ElementsAre(11));
  // Falco holds the old file open and finishes its line there.
  Append(second.substr(30));
  std::filesystem::rename(path_, dir_ / "counters.1");
  Append("[\n" + Line(1, 5) + Line(2, 6).substr(0, 9));
  EXPECT_THAT(PollEvents(), ElementsAre(22, 5));
  Append(Line(2, 6).substr(9) + "]\n");
  EXPECT_THAT(PollEvents(), ElementsAre(6));
}

TEST(CounterFileTailKinds, APipeHoldsNothingUp) {
  TempDir dir;
  const std::string path = dir / "pipe";
  ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
  CounterFileTail tail(path, CounterFileTail::From::kEnd);
  int lines = 0;
  tail.Poll([&lines](absl::string_view) { ++lines; });
  EXPECT_EQ(lines, 0);
}

}  // namespace
}  // namespace bench
