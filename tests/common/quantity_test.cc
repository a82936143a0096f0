#include "common/units/quantity.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bench {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(Quantity, ReadsCpuAsKubernetesWritesIt) {
  EXPECT_EQ(*ParseCpuMillis("500m"), 500);
  EXPECT_EQ(*ParseCpuMillis("0.5"), 500);
  EXPECT_EQ(*ParseCpuMillis("2"), 2000);
  EXPECT_EQ(*ParseCpuMillis(".25"), 250);
  EXPECT_EQ(*ParseCpuMillis("none"), 0);
}

TEST(Quantity, RefusesWhatIsNoCpuQuantityAndSaysWhatWouldDo) {
  for (const char* text : {"", "m", "abc", "-1", "+1", "0", "0m", "1e3", "0x10", "inf", "nan", "1 ",
                           "500mi", "0.0001", "2000000", "1.5m"}) {
    auto parsed = ParseCpuMillis(text);
    ASSERT_FALSE(parsed.ok()) << text;
    EXPECT_THAT(std::string(parsed.status().message()), HasSubstr("500m")) << text;
  }
}

TEST(Quantity, ReadsMemoryWithBinaryAndDecimalSuffixes) {
  EXPECT_EQ(*ParseMemoryBytes("512Mi"), 512LL << 20);
  EXPECT_EQ(*ParseMemoryBytes("1Gi"), 1LL << 30);
  EXPECT_EQ(*ParseMemoryBytes("1G"), 1'000'000'000);
  EXPECT_EQ(*ParseMemoryBytes("1.5Gi"), 3LL << 29);
  EXPECT_EQ(*ParseMemoryBytes("none"), 0);
  for (const char* text : {"", "Mi", "-1Mi", "0", "512mb", "1e9", "99999999Ti"}) {
    EXPECT_FALSE(ParseMemoryBytes(text).ok()) << text;
  }
}

TEST(Quantity, ReadsRatesSharesAndDurations) {
  EXPECT_DOUBLE_EQ(*ParseRatePerSec("250k"), 250e3);
  EXPECT_DOUBLE_EQ(*ParseRatePerSec("1.5M"), 1.5e6);
  EXPECT_FALSE(ParseRatePerSec("0").ok());
  EXPECT_DOUBLE_EQ(*ParseFraction("5%"), 0.05);
  EXPECT_DOUBLE_EQ(*ParseFraction("0.05"), 0.05);
  EXPECT_FALSE(ParseFraction("101%").ok());
  EXPECT_EQ(*ParseDurationText("1h30m"), absl::Minutes(90));
  EXPECT_EQ(*ParseDurationText("7d"), absl::Hours(168));
  EXPECT_FALSE(ParseDurationText("10").ok());
  EXPECT_FALSE(ParseDurationText("0s").ok());
  EXPECT_FALSE(ParseDurationText("-5s").ok());
}

TEST(Quantity, AListFailsWithItsFirstBadElement) {
  EXPECT_THAT(*ParseList<int32_t>("500m, 1,2", ParseCpuMillis), ElementsAre(500, 1000, 2000));
  EXPECT_FALSE(ParseList<int32_t>("500m,,2", ParseCpuMillis).ok());
  auto bad = ParseList<int32_t>("500m,x", ParseCpuMillis);
  EXPECT_THAT(std::string(bad.status().message()), HasSubstr("\"x\""));
}

TEST(Quantity, WritesWhatItReads) {
  for (const char* text : {"1m", "500m", "1", "2", "1500m", "none"}) {
    EXPECT_EQ(FormatCpuMillis(*ParseCpuMillis(text)), text);
  }
  for (const char* text : {"512Mi", "1Gi", "1G", "none", "1.5Mi", "100"}) {
    EXPECT_EQ(FormatMemoryBytes(*ParseMemoryBytes(text)), text);
  }
  EXPECT_EQ(FormatRate(153211), "153k");
  EXPECT_EQ(FormatRate(1.2e6), "1.20M");
  EXPECT_EQ(FormatPercent(0.0123), "1.2%");
  EXPECT_EQ(FormatSeconds(95), "1m35s");
}

}  // namespace
}  // namespace bench
