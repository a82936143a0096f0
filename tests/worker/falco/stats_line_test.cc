#include "worker/falco/stats_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

#include "tests/worker/falco/testdata.h"

namespace bench {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

const absl::Time kAt = absl::FromUnixSeconds(1700000000);

constexpr char kLegacy[] =
    R"({"sample": 2967, "cur": {"events": 5120033, "drops": 731, "preemptions": 2}, )"
    R"("delta": {"events": 9001, "drops": 12, "preemptions": 1}, "drop_pct": 0.133319},)";
// As 0.33 and 0.34 print it.
constexpr char kBySource[] =
    R"({"k8s_audit":{"cur":{"events":40},"delta":{"events":3}},"sample":12,"syscall":{"cur":)"
    R"({"drop_pct":0.1,"drops":731,"events":5120033,"preemptions":2},"delta":{"drop_pct":0.0,)"
    R"("drops":0,"events":9001,"preemptions":0}}})";

CounterReading Parse(const std::string& line) {
  auto reading = ParseStatsLine(line, kAt);
  EXPECT_TRUE(reading.ok()) << reading.status() << "\n" << line;
  if (!reading.ok() || !*reading) return {};
  return **reading;
}

bool TellsNothing(const std::string& line) {
  auto reading = ParseStatsLine(line, kAt);
  return reading.ok() && !reading->has_value();
}

std::string Current(const std::string& counters) {
  return R"({"sample": 1, "cur": {)" + counters + "}},";
}

TEST(StatsLine, ReadsTheCumulativeCounters) {
  for (const char* line : {kLegacy, kBySource}) {
    const CounterReading reading = Parse(line);
    EXPECT_EQ(reading.kernel_events, 5120033);
    EXPECT_EQ(reading.kernel_drops, 731);
    EXPECT_EQ(reading.other_drops, 2);
  }
  EXPECT_EQ(Parse(kLegacy).sample, 2967);
  EXPECT_EQ(Parse(kBySource).sample, 12);
}

TEST(StatsLine, SaysWhatItDoesNotTell) {
  const CounterReading reading = Parse(kLegacy);
  EXPECT_EQ(reading.at, kAt);
  EXPECT_FALSE(reading.tells_processed);
  EXPECT_FALSE(reading.tells_rule_matches);
  EXPECT_EQ(reading.start_ts, 0);
  EXPECT_EQ(reading.reload_ts, 0);
  EXPECT_THAT(reading.matches_by_rule, IsEmpty());
}

TEST(StatsLine, TakesCommasBracketsAndSpacesAroundTheObject) {
  std::string bare = kLegacy;
  bare.pop_back();
  for (const std::string& line :
       {bare, "[" + bare, bare + "]", bare + ", ]\r", "[ " + bare + ",\r", "\t, " + bare + " "}) {
    EXPECT_EQ(Parse(line).kernel_events, 5120033) << line;
  }
}

TEST(StatsLine, TakesExtraFieldsOfTheEnvironment) {
  EXPECT_EQ(Parse(R"({"sample": 1, "BENCHMARK": "ab", "cur": {"events": 7, "drops": 1}, )"
                  R"("delta": {}, "drop_pct": 1e-05},)")
                .kernel_events,
            7);
}

TEST(StatsLine, ALineWithoutSyscallsTellsNothing) {
  EXPECT_TRUE(TellsNothing(""));
  EXPECT_TRUE(TellsNothing("["));
  EXPECT_TRUE(TellsNothing(" ]\r"));
  EXPECT_TRUE(TellsNothing(R"({"k8s_audit":{"cur":{"events":40},"delta":{}},"sample":3})"));
}

TEST(StatsLine, ReadsTheSnapshotsThatReplacedIt) {
  const CounterReading reading = Parse(RecordedLines("metrics-idle-5lines.jsonl").front());
  EXPECT_EQ(reading.at, absl::FromUnixNanos(1795338342823178639));
  EXPECT_EQ(reading.processed_events, 24782);
  EXPECT_TRUE(reading.tells_processed);
}

TEST(StatsLine, KeepsCountersWithinTheirRange) {
  EXPECT_EQ(Parse(Current(R"("events": 18446744073709551615)")).kernel_events,
            std::numeric_limits<int64_t>::max());
  for (const char* number : {"-5", "-1e300", "null", "[1]", "true", "\"x\""}) {
    const CounterReading reading = Parse(Current(std::string(R"("events": 1, "drops": )") + number +
                                                 R"(, "preemptions": )" + number));
    EXPECT_EQ(reading.kernel_drops, 0) << number;
    EXPECT_EQ(reading.other_drops, 0) << number;
  }
}

TEST(StatsLine, RefusesALineCutAnywhere) {
  for (const std::string line : {kLegacy, kBySource}) {
    const size_t object_end = line.rfind('}');
    for (size_t length = 1; length < line.size(); ++length) {
      auto reading = ParseStatsLine(line.substr(0, length), kAt);
      EXPECT_EQ(reading.ok(), length > object_end) << line.substr(0, length);
    }
  }
}

TEST(StatsLine, RefusesGarbage) {
  for (const std::string& line :
       {std::string("{}"), std::string("17,"), std::string("null"), std::string("{\"cur\":{}}"),
        Current(""), std::string(R"({"sample": 1, "cur": 3},)"),
        std::string(R"({"sample": 1, "syscall": {"cur": []}},)"), std::string(10, '\0'),
        std::string("\xff\xfe"), std::string(100000, '{'), std::string("No such file")}) {
    auto reading = ParseStatsLine(line, kAt);
    EXPECT_EQ(reading.status().code(), absl::StatusCode::kInvalidArgument) << line.substr(0, 40);
    EXPECT_THAT(reading.status().message(), HasSubstr("-s statistics"));
  }
}

}  // namespace
}  // namespace bench
