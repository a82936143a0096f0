#include "worker/falco/prometheus_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace bench {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Optional;

std::optional<std::string> ValueOf(absl::string_view line) {
  auto sample = ParsePrometheusSample(line);
  if (!sample) return std::nullopt;
  return std::string(sample->value);
}

std::optional<std::string> LabelOf(absl::string_view line, absl::string_view label) {
  auto sample = ParsePrometheusSample(line);
  if (!sample || !sample->Label(label)) return std::nullopt;
  return std::string(*sample->Label(label));
}

std::vector<std::string> NamesOn(absl::string_view page) {
  std::vector<std::string> names;
  ForEachPrometheusSample(page,
                          [&](const PrometheusSample& sample) { names.emplace_back(sample.name); });
  return names;
}

TEST(PrometheusText, ReadsNameLabelsAndValue) {
  auto sample = ParsePrometheusSample(R"(some:metric_total{a="1", b = "two words" ,} 42)");
  ASSERT_TRUE(sample.has_value());
  EXPECT_EQ(sample->name, "some:metric_total");
  EXPECT_THAT(sample->Label("a"), Optional(absl::string_view("1")));
  EXPECT_THAT(sample->Label("b"), Optional(absl::string_view("two words")));
  EXPECT_EQ(sample->Label("c"), std::nullopt);
  EXPECT_EQ(sample->value, "42");
}

TEST(PrometheusText, TakesSpacesTabsCarriageReturnsAndTimestamps) {
  for (const char* line : {"m 7", "m\t7", "  m   7  ", "m{} 7", "m {} 7", "m{}7", "m 7\r",
                           "m 7 1795338821938", "m{a=\"b\"}\t7\t-1\r"}) {
    EXPECT_THAT(ValueOf(line), Optional(std::string("7"))) << line;
  }
}

TEST(PrometheusText, TakesAnyFiniteNumberAndNoOther) {
  for (const char* value : {"0", "-1", "+3", "1.5e+09", "62451712.000000", ".5", "1e-300"}) {
    EXPECT_TRUE(ValueOf(std::string("m ") + value)) << value;
  }
  for (const char* value : {"NaN", "nan", "+Inf", "-Inf", "inf", "1e999", "0x10g", "x", ""}) {
    EXPECT_FALSE(ValueOf(std::string("m ") + value)) << value;
  }
}

TEST(PrometheusText, UndoesEscapes) {
  EXPECT_THAT(LabelOf(R"(m{a="say \"hi\", C:\\x\n"} 1)", "a"),
              Optional(std::string("say \"hi\", C:\\x\n")));
  EXPECT_THAT(LabelOf(R"(m{a="} 1",b="x"} 1)", "b"), Optional(std::string("x")));
}

TEST(PrometheusText, TakesQuotesThatNobodyEscaped) {
  EXPECT_THAT(LabelOf(R"(m{a="Read "secret" file",b="x"} 1)", "a"),
              Optional(std::string("Read \"secret\" file")));
}

TEST(PrometheusText, PassesOverWhatIsNoSample) {
  for (const char* line : {"",
                           "   ",
                           "# HELP m text",
                           "# TYPE m counter",
                           "HTTP/1.1 200 OK",
                           "Keep-Alive: timeout=5, max=100",
                           "Content-Length: 16445",
                           "<html>",
                           "7 7",
                           "m",
                           "m{",
                           "m{}",
                           "m{a} 1",
                           "m{a=b} 1",
                           "m{a=\"b} 1",
                           "m{a=\"b\" 1",
                           "m{=\"b\"} 1",
                           "m 1 x",
                           "m 1 2 3",
                           "m{a=\"b\\",
                           "m-x 1",
                           "\xff 1"}) {
    EXPECT_FALSE(ParsePrometheusSample(line)) << line;
  }
}

TEST(PrometheusText, PassesOverALastLineWithoutItsEnd) {
  EXPECT_THAT(NamesOn("a 1\nb 2\nc 3"), ElementsAre("a", "b"));
  EXPECT_THAT(NamesOn("a 1\r\n\r\n\nb 2\n"), ElementsAre("a", "b"));
  EXPECT_THAT(NamesOn(""), IsEmpty());
  EXPECT_THAT(NamesOn("a 1"), IsEmpty());
}

}  // namespace
}  // namespace bench
