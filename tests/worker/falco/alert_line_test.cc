#include "worker/falco/alert_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/worker/falco/testdata.h"

namespace bench {
namespace {

absl::Time At(const char* text) {
  absl::Time time;
  std::string error;
  EXPECT_TRUE(absl::ParseTime(absl::RFC3339_full, text, &time, &error)) << error;
  return time;
}

TEST(AlertParser, ReadsARecordedAlert) {
  AlertParser parser;
  const std::string line = RecordedLines("stdout-alerts-cap025.jsonl").back();
  auto alert = parser.Parse(line);
  ASSERT_TRUE(alert.ok()) << alert.status();
  EXPECT_EQ(alert->rule, "Read sensitive file untrusted");
  EXPECT_EQ(alert->event_time, At("2026-11-22T09:13:46.772314796Z"));
  EXPECT_FALSE(alert->internal);
  EXPECT_FALSE(alert->has_marker);
}

TEST(AlertParser, FindsTheMarkerWhereverItStands) {
  AlertParser parser;
  const std::string line = RecordedLines("stdout-alerts-cap025.jsonl").back();
  parser.set_marker("cat /etc/shadow");
  EXPECT_TRUE(parser.Parse(line)->has_marker);
  parser.set_marker("falco-bench-0123");
  EXPECT_FALSE(parser.Parse(line)->has_marker);
  parser.set_marker("");
  EXPECT_FALSE(parser.Parse(line)->has_marker);
}

TEST(AlertParser, KnowsWhatFalcoSaysAboutItself) {
  AlertParser parser;
  for (const char* file : {"drop-alert.json", "timeouts-alert.json"}) {
    auto alert = parser.Parse(RecordedLines(file).front());
    ASSERT_TRUE(alert.ok()) << alert.status();
    EXPECT_TRUE(alert->internal) << file;
  }
}

TEST(AlertParser, TheOrderOfTheFieldsDoesNotMatter) {
  AlertParser parser;
  auto alert = parser.Parse(
      R"({"time":"2026-11-22T09:13:46Z","source":"syscall","rule":"R","output":{"a":[1,{}]}})");
  ASSERT_TRUE(alert.ok()) << alert.status();
  EXPECT_EQ(alert->rule, "R");
  EXPECT_EQ(alert->event_time, At("2026-11-22T09:13:46Z"));
}

TEST(AlertParser, ANullIsNoValue) {
  AlertParser parser;
  auto alert = parser.Parse(R"({"time":"2026-11-22T09:13:46Z","source":null,"rule":"R"})");
  ASSERT_TRUE(alert.ok()) << alert.status();
  EXPECT_FALSE(alert->internal);
  EXPECT_FALSE(parser.Parse(R"({"time":"2026-11-22T09:13:46Z","rule":null})").ok());
}

TEST(AlertParser, TwoOnALineAreNone) {
  AlertParser parser;
  const std::string one = R"({"time":"2026-11-22T09:13:46Z","rule":"R"})";
  EXPECT_TRUE(parser.Parse(one + " \r").ok());
  EXPECT_FALSE(parser.Parse(one + one).ok());
  EXPECT_FALSE(parser.Parse(one + ",").ok());
}

TEST(AlertParser, TakesTheTimeOfTheEventWhereTheAlertHasNone) {
  AlertParser parser;
  for (
      const char* line : {
          R"({"output_fields":{"a":1,"evt.time":1795338826772314796},"rule":"A \"rule\""})",
          R"({"rule":"A \"rule\"","output_fields":{"evt.time":"1795338826772314796"}})",
          R"({"rule":"A \"rule\"","time":"today","output_fields":{"evt.time":1795338826772314796}})",
      }) {
    auto alert = parser.Parse(line);
    ASSERT_TRUE(alert.ok()) << alert.status() << " " << line;
    EXPECT_EQ(alert->event_time, absl::FromUnixNanos(1795338826772314796));
    EXPECT_EQ(alert->rule, "A \"rule\"");
  }
}

TEST(AlertParser, RefusesWhatIsNoAlertAndGoesOn) {
  AlertParser parser;
  const std::string whole = RecordedLines("stdout-alerts-cap025.jsonl").back();
  for (const std::string& line :
       {std::string(), std::string("{}"), std::string("null"), std::string("[1,2]"),
        std::string("Events detected: 12"), std::string(20, '\0'), std::string("\xff\xfe{}"),
        std::string(100000, '['), std::string(R"({"rule":7,"time":"2026-11-22T09:13:46Z"})"),
        std::string(R"({"rule":"R"})"), std::string(R"({"rule":"R","output_fields":[]})"),
        std::string(R"({"rule":"R","output_fields":{"evt.time":"now"}})"),
        std::string(R"({"time":"2026-11-22T09:13:46Z"})"), whole.substr(0, whole.size() / 2),
        whole.substr(whole.size() / 2)}) {
    EXPECT_EQ(parser.Parse(line).status().code(), absl::StatusCode::kInvalidArgument)
        << line.substr(0, 60);
    EXPECT_TRUE(parser.Parse(whole).ok());
  }
}

}  // namespace
}  // namespace bench
