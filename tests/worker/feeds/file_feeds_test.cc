#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "absl/strings/str_format.h"
#include "tests/fakes/temp_dir.h"
#include "tests/worker/feeds/feed_helpers.h"
#include "worker/feeds/feed.h"

namespace bench {
namespace {

void Append(const std::string& path, const std::string& text) {
  std::ofstream(path, std::ios::app | std::ios::binary) << text;
}

std::string StatsLine(int64_t sample, int64_t events, int64_t drops) {
  return absl::StrCat(R"({"sample": )", sample, R"(, "cur": {"events": )", events, R"(, "drops": )",
                      drops, R"(, "preemptions": 0}, "delta": {"events": 1, "drops": 0, )",
                      R"("preemptions": 0}, "drop_pct": 0},)", "\n");
}

TEST(StatsFile, WhatStoodThereIsNoNewsAndAHalfLineIsWaitedFor) {
  TempDir dir;
  const std::string path = dir.Write("stats", StatsLine(1, 10, 0));
  CounterHistory history;
  auto feed = FollowStatsFile(path, history);
  EXPECT_FALSE(history.FirstAfter(absl::InfinitePast(), absl::Milliseconds(120)));
  const std::string line = StatsLine(2, 500, 20);
  Append(path, line.substr(0, 30));
  EXPECT_FALSE(history.FirstAfter(absl::InfinitePast(), absl::Milliseconds(120)));
  const absl::Time before = absl::Now();
  Append(path, line.substr(30));
  auto reading = history.FirstAfter(absl::InfinitePast(), kLong);
  ASSERT_TRUE(reading);
  EXPECT_EQ(reading->kernel_events, 500);
  EXPECT_EQ(reading->kernel_drops, 20);
  EXPECT_FALSE(reading->tells_processed);
  EXPECT_GE(reading->at, before);  // the line has no time of its own
  EXPECT_EQ(history.unreadable(), 0);
}

TEST(StatsFile, GoesOnThroughTruncationAndReplacement) {
  TempDir dir;
  const std::string path = dir.Write("stats", StatsLine(1, 1000, 0));
  CounterHistory history;
  auto feed = FollowStatsFile(path, history);
  Append(path, StatsLine(2, 2000, 0));
  auto first = history.FirstAfter(absl::InfinitePast(), kLong);
  ASSERT_TRUE(first);
  std::filesystem::resize_file(path, 0);
  absl::SleepFor(absl::Milliseconds(100));
  Append(path, StatsLine(1, 5, 0));
  auto second = history.FirstAfter(first->at, kLong);
  ASSERT_TRUE(second);
  EXPECT_EQ(second->kernel_events, 5);
  std::filesystem::rename(path, dir / "stats.1");
  Append(path, StatsLine(1, 7, 0));
  auto third = history.FirstAfter(second->at, kLong);
  ASSERT_TRUE(third);
  EXPECT_EQ(third->kernel_events, 7);
}

TEST(StatsFile, OneThatWasRotatedAwayIsReadWhereItIsUntilANewOneIsWrittenTo) {
  TempDir dir;
  const std::string rotated = dir.Write("stats.1", StatsLine(1, 1000, 0));
  CounterHistory history;
  auto feed = FollowStatsFile(dir / "stats", history, rotated);
  EXPECT_TRUE(feed->status().ok()) << feed->status();
  Append(rotated, StatsLine(2, 2000, 0));
  auto first = history.FirstAfter(absl::InfinitePast(), kLong);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->kernel_events, 2000);
  Append(dir / "stats", StatsLine(3, 3000, 0));
  auto second = history.FirstAfter(first->at, kLong);
  ASSERT_TRUE(second);
  EXPECT_EQ(second->kernel_events, 3000);
}

TEST(StatsFile, ACountThatGoesBackIsANewCapture) {
  TempDir dir;
  const std::string path = dir.Write("stats", "");
  CounterHistory history;
  auto feed = FollowStatsFile(path, history);
  const auto capture_after = [&](absl::Time after) {
    auto reading = history.FirstAfter(after, kLong);
    EXPECT_TRUE(reading);
    return reading.value_or(CounterReading());
  };
  Append(path, StatsLine(7, 1000, 0));
  const CounterReading first = capture_after(absl::InfinitePast());
  // A reload within the process: soon its counts are beyond the old ones again.
  Append(path, StatsLine(1, 5, 0));
  const CounterReading reloaded = capture_after(first.at);
  Append(path, StatsLine(2, 5000, 0));
  const CounterReading later = capture_after(reloaded.at);
  EXPECT_EQ(later.kernel_events, 5000);
  EXPECT_NE(first.reload_ts, later.reload_ts);
  EXPECT_EQ(reloaded.reload_ts, later.reload_ts);
}

// Releases 0.35 to 0.40 tell when the process began, and not that it was reloaded.
TEST(MetricsFile, ACountThatGoesBackInOneProcessIsANewCapture) {
  TempDir dir;
  const std::string path = dir.Write("metrics", "");
  CounterHistory history;
  auto feed = FollowMetricsFile(path, history);
  const auto captured = [&](int sample, int events) {
    const int64_t at_ns = 1'795'338'826'000'000'000 + int64_t{1'000'000} * (events + sample);
    Append(path, absl::StrFormat(R"({"sample":%d,"output_fields":{"evt.time":%d,)"
                                 R"("falco.start_ts":1795338800000000000,"scap.n_evts":%d}})"
                                 "\n",
                                 sample, at_ns, events));
    EXPECT_TRUE(WaitUntil([&] {
      const auto latest = history.Latest();
      return latest && latest->sample == sample && latest->kernel_events == events;
    }));
    return history.Latest().value_or(CounterReading()).reload_ts;
  };
  const int64_t first = captured(7, 1000);
  const int64_t reloaded = captured(1, 5);
  const int64_t later = captured(2, 5000);
  EXPECT_NE(first, later);
  EXPECT_EQ(reloaded, later);
}

TEST(MetricsFile, MayComeLater) {
  TempDir dir;
  CounterHistory history;
  auto feed = FollowMetricsFile(dir / "metrics", history);
  EXPECT_TRUE(absl::IsNotFound(feed->status()));
  absl::SleepFor(absl::Milliseconds(60));
  dir.Write("metrics",
            R"({"sample":1,"output_fields":{"evt.time":1795338826000000000,"scap.n_evts":7}})"
            "\nnonsense\n");
  auto reading = history.FirstAfter(absl::InfinitePast(), kLong);
  ASSERT_TRUE(reading);
  EXPECT_EQ(reading->kernel_events, 7);
  EXPECT_TRUE(feed->status().ok());
  EXPECT_TRUE(WaitUntil([&] { return history.unreadable() == 1; }));
}

TEST(AlertFile, IsReadFromItsEndAcrossTruncation) {
  TempDir dir;
  const std::string path = dir.Write("alerts", AlertJson("old") + "\n");
  AlertInbox inbox;
  inbox.SetMarker("falco-bench-r1-t2");
  auto feed = FollowAlertFile(path, inbox);
  absl::SleepFor(absl::Milliseconds(60));
  Append(path, AlertJson("A", "file=/bin/falco-bench-r1-t2-0") + "\n" + AlertJson("B") + "\n");
  const std::vector<AlertRecord> alerts = Await(inbox, 2);
  ASSERT_EQ(alerts.size(), 2);
  EXPECT_EQ(alerts[0].rule, "A");
  EXPECT_TRUE(alerts[0].of_marker);
  EXPECT_FALSE(alerts[1].of_marker);
  std::filesystem::resize_file(path, 0);
  absl::SleepFor(absl::Milliseconds(60));
  Append(path, AlertJson("C") + "\n");
  EXPECT_EQ(Await(inbox, 1).at(0).rule, "C");
}

TEST(TryAlertFile, TakesAFileThatIsThereOrMayCome) {
  TempDir dir;
  EXPECT_TRUE(TryAlertFile(dir.Write("alerts", "")).ok());
  EXPECT_TRUE(TryAlertFile(dir / "to-come").ok());
}

TEST(TryAlertFile, SaysWhyNoneCanBeRead) {
  TempDir dir;
  const absl::Status gone = TryAlertFile(dir / "gone/alerts");
  EXPECT_TRUE(absl::IsNotFound(gone)) << gone;
  EXPECT_NE(gone.message().find("there is no directory " + (dir / "gone")), std::string::npos);
  EXPECT_TRUE(absl::IsFailedPrecondition(TryAlertFile(dir / "")));  // a directory
  // Its reader would miss what we read.
  const std::string pipe = dir / "pipe";
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_TRUE(absl::IsFailedPrecondition(TryAlertFile(pipe)));
  EXPECT_FALSE(TryAlertFile(dir.Write("file", "") + "/alerts").ok());
}

}  // namespace
}  // namespace bench
