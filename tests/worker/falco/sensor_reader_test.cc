#include "worker/falco/sensor_reader.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "tests/fakes/temp_dir.h"

namespace bench {
namespace {

using ::testing::EndsWith;
using ::testing::SizeIs;

struct PipeEnds {
  UniqueFd reading;
  UniqueFd writing;
};

PipeEnds MakePipe() {
  int fds[2];
  EXPECT_EQ(pipe2(fds, O_CLOEXEC), 0);
  return {UniqueFd(fds[0]), UniqueFd(fds[1])};
}

void Write(const UniqueFd& fd, absl::string_view text) {
  while (!text.empty()) {
    const ssize_t n = write(fd.get(), text.data(), text.size());
    ASSERT_GT(n, 0);
    text.remove_prefix(static_cast<size_t>(n));
  }
}

std::string Alert(int number) {
  return absl::StrCat(R"({"rule":"R)", number,
                      R"(","source":"syscall","time":"2026-11-22T09:13:46Z"})", "\n");
}

class SensorReaderTest : public testing::Test {
 protected:
  void Start(size_t max_alerts) {
    reader_ = std::make_unique<SensorReader>(std::move(out_.reading), std::move(err_.reading),
                                             dir_ / "counters", ParseSnapshotLine, max_alerts);
  }

  TempDir dir_;
  PipeEnds out_ = MakePipe();
  PipeEnds err_ = MakePipe();
  std::unique_ptr<SensorReader> reader_;
};

TEST_F(SensorReaderTest, KeepsTheOldestWhenNobodyDrainsAndCountsTheRest) {
  Start(/*max_alerts=*/10);
  for (int i = 0; i < 25; ++i) Write(out_.writing, Alert(i));
  reader_->Stop();
  const std::vector<AlertRecord> alerts = reader_->alerts().Drain();
  ASSERT_THAT(alerts, SizeIs(10));
  EXPECT_EQ(alerts.front().rule, "R0");
  EXPECT_EQ(alerts.back().rule, "R9");
  EXPECT_EQ(reader_->Intake().alerts, 10);
  EXPECT_EQ(reader_->Intake().lost_alerts, 15);
}

TEST_F(SensorReaderTest, ALineWithoutEndHoldsNothingUp) {
  Start(/*max_alerts=*/10);
  const std::string chunk(size_t{1} << 20, 'x');
  for (int i = 0; i < 64; ++i) Write(out_.writing, chunk);
  Write(out_.writing, absl::StrCat("\n", Alert(1)));
  reader_->Stop();
  EXPECT_THAT(reader_->alerts().Drain(), SizeIs(1));
  EXPECT_EQ(reader_->Intake().unreadable_lines, 1);
}

TEST_F(SensorReaderTest, KeepsTheEndOfWhatIsSaidOnStderr) {
  Start(/*max_alerts=*/10);
  for (int i = 0; i < 1000; ++i) Write(err_.writing, "a line of the log\n");
  Write(err_.writing, "Error: the last one");
  const std::string words = reader_->LastWords();
  EXPECT_THAT(words, EndsWith("Error: the last one"));
  EXPECT_LE(words.size(), 4096u);
}

TEST_F(SensorReaderTest, StopsAlthoughTheOtherEndsStayOpen) {
  Start(/*max_alerts=*/10);
  reader_->Stop();
  reader_->Stop();
  EXPECT_FALSE(reader_->counters().Latest());
}

TEST_F(SensorReaderTest, GivesTheFirstSnapshotAfterATime) {
  Start(/*max_alerts=*/10);
  std::string lines;
  for (int second = 1; second <= 3; ++second) {
    absl::StrAppend(&lines, R"({"sample":)", second, R"(,"output_fields":{"evt.time":)", second,
                    "000000000}}\n");
  }
  dir_.Write("counters", lines);
  auto reading = reader_->counters().FirstAfter(absl::FromUnixSeconds(1), absl::Seconds(20));
  ASSERT_TRUE(reading);
  EXPECT_EQ(reading->sample, 2);
  auto last = reader_->counters().FirstAfter(absl::FromUnixSeconds(2), absl::Seconds(20));
  ASSERT_TRUE(last);
  EXPECT_EQ(last->sample, 3);
  EXPECT_EQ(reader_->counters().Latest()->sample, 3);
  EXPECT_FALSE(reader_->counters().FirstAfter(absl::FromUnixSeconds(3), absl::Milliseconds(10)));
}

}  // namespace
}  // namespace bench
