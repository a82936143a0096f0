#include "worker/falco/counter_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

#include "tests/worker/falco/testdata.h"

namespace bench {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

// A snapshot with these fields besides its time.
std::string Snapshot(const std::string& fields) {
  return R"({"output_fields":{"evt.time":1795338342823178639,)" + fields + R"(},"sample":7})";
}

CounterReading Parse(const std::string& line) {
  auto reading = ParseCounterLine(line);
  EXPECT_TRUE(reading.ok()) << reading.status();
  if (!reading.ok() || !*reading) return {};
  return **reading;
}

TEST(CounterLine, ReadsARecordedIdleSnapshot) {
  const CounterReading reading = Parse(RecordedLines("metrics-idle-5lines.jsonl").front());
  EXPECT_EQ(reading.at, absl::FromUnixNanos(1795338342823178639));
  EXPECT_EQ(reading.sample, 35);
  EXPECT_EQ(reading.kernel_events, 25370);
  EXPECT_EQ(reading.kernel_drops, 0);
  EXPECT_EQ(reading.other_drops, 0);
  EXPECT_EQ(reading.processed_events, 24782);
  EXPECT_EQ(reading.rule_matches, 1);
  EXPECT_THAT(reading.matches_by_rule, ElementsAre(Pair("Read_sensitive_file_untrusted", 1)));
  EXPECT_EQ(reading.output_queue_drops, 0);
  EXPECT_DOUBLE_EQ(reading.memory_rss_mb, 59.6);
  EXPECT_EQ(reading.start_ts, 1795338180269646405);
  EXPECT_EQ(reading.reload_ts, 1795338178585859553);
}

TEST(CounterLine, ReadsRecordedDrops) {
  const std::vector<std::string> lines = RecordedLines("metrics-drop-5lines.jsonl");
  const CounterReading first = Parse(lines.front());
  const CounterReading last = Parse(lines.back());
  EXPECT_EQ(last.kernel_events - first.kernel_events, 121294558 - 117296448);
  EXPECT_EQ(last.kernel_drops - first.kernel_drops, 26938467 - 23981306);
  EXPECT_EQ(last.other_drops, 0);
  EXPECT_THAT(last.matches_by_rule, IsEmpty());
}

TEST(CounterLine, AReloadChangesItsIdentityAndStartsOver) {
  const std::vector<std::string> lines = RecordedLines("metrics-reload-6lines.jsonl");
  const CounterReading before = Parse(lines[2]);
  const CounterReading after = Parse(lines[3]);
  EXPECT_EQ(before.start_ts, after.start_ts);
  EXPECT_LT(before.reload_ts, after.reload_ts);
  EXPECT_GT(before.kernel_events, after.kernel_events);
}

TEST(CounterLine, MissingFieldsAreZero) {
  const CounterReading reading = Parse(Snapshot(R"("falco.version":"0.44.1")"));
  EXPECT_EQ(reading.kernel_events, 0);
  EXPECT_EQ(reading.kernel_drops, 0);
  EXPECT_EQ(reading.memory_rss_mb, 0);
  EXPECT_EQ(reading.sample, 7);
}

TEST(CounterLine, TellsRuleMatchesOnlyIfItCountsRules) {
  EXPECT_TRUE(Parse(Snapshot(R"("falco.rules.matches_total":0)")).tells_rule_matches);
  EXPECT_TRUE(Parse(Snapshot(R"("falco.rules.A_rule":2)")).tells_rule_matches);
  EXPECT_FALSE(Parse(Snapshot(R"("falco.num_evts":7)")).tells_rule_matches);
  EXPECT_TRUE(Parse(Snapshot(R"("falco.num_evts":7)")).tells_processed);
}

TEST(CounterLine, TakesIntegersDoublesAndStrings) {
  for (const char* number : {"12", "12.0", "\"12\"", "\"12.0\"", "1.2e1"}) {
    EXPECT_EQ(Parse(Snapshot(std::string(R"("scap.n_evts":)") + number)).kernel_events, 12)
        << number;
  }
  EXPECT_DOUBLE_EQ(Parse(Snapshot(R"("falco.memory_rss_mb":"59.5")")).memory_rss_mb, 59.5);
  EXPECT_DOUBLE_EQ(Parse(Snapshot(R"("falco.memory_rss_mb":60)")).memory_rss_mb, 60);
}

TEST(CounterLine, KeepsCountersWithinTheirRange) {
  constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
  EXPECT_EQ(Parse(Snapshot(R"("scap.n_evts":18446744073709551615)")).kernel_events, kMax);
  EXPECT_EQ(Parse(Snapshot(R"("scap.n_evts":1e300)")).kernel_events, kMax);
  for (const char* number :
       {"-5", "-1e300", "\"-5\"", "\"nan\"", "\"inf\"", "null", "[1]", "true"}) {
    EXPECT_EQ(Parse(Snapshot(std::string(R"("scap.n_evts":)") + number)).kernel_events, 0)
        << number;
  }
}

TEST(CounterLine, DropsThatNoFullBufferCausedAreApart) {
  const CounterReading reading =
      Parse(Snapshot(R"("scap.n_drops":10,"scap.n_drops_buffer_total":7)"));
  EXPECT_EQ(reading.kernel_drops, 7);
  EXPECT_EQ(reading.other_drops, 3);
  EXPECT_EQ(Parse(Snapshot(R"("scap.n_drops_buffer_total":7)")).other_drops, 0);
}

TEST(CounterLine, PassesOverSnapshotsOfOtherSources) {
  auto reading = ParseCounterLine(Snapshot(R"("evt.source":"k8s_audit")"));
  ASSERT_TRUE(reading.ok());
  EXPECT_FALSE(reading->has_value());
}

TEST(CounterLine, RefusesGarbage) {
  const std::string whole = RecordedLines("metrics-idle-5lines.jsonl").front();
  for (const std::string& line :
       {std::string(), std::string("{}"), std::string("[]"), std::string("17"), std::string("null"),
        std::string("{\"output_fields\":3}"), std::string("{\"output_fields\":{}}"),
        std::string(10, '\0'), std::string("\xff\xfe"), std::string(100000, '['),
        whole.substr(0, whole.size() / 2), whole.substr(whole.size() / 2)}) {
    auto reading = ParseCounterLine(line);
    EXPECT_EQ(reading.status().code(), absl::StatusCode::kInvalidArgument) << line.substr(0, 40);
  }
}

}  // namespace
}  // namespace bench
