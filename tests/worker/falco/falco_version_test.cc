#include "worker/falco/falco_version.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/worker/falco/testdata.h"

namespace bench {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

TEST(FalcoVersion, ReadsTextAndJsonAlike) {
  for (const char* file : {"version-0.44.1.txt", "version-0.44.1.json"}) {
    auto version = ParseFalcoVersion(Recorded(file));
    ASSERT_TRUE(version.ok()) << version.status();
    EXPECT_EQ(version->falco, "0.44.1");
    EXPECT_EQ(version->minor, 44);
    EXPECT_EQ(version->patch, 1);
    EXPECT_EQ(version->libs, "0.25.4");
    EXPECT_EQ(version->engine, "0.62.0");
    EXPECT_EQ(version->driver_api, "10.0.0");
    EXPECT_EQ(version->driver_schema, "4.3.0");
    EXPECT_EQ(version->default_driver, "10.2.0+driver");
    EXPECT_TRUE(CheckFalcoSupported(*version).ok());
  }
}

TEST(FalcoVersion, ReadsPreReleasesAndOldForms) {
  EXPECT_EQ(ParseFalcoVersion("Falco version: 0.45.0-rc1\n")->minor, 45);
  EXPECT_EQ(ParseFalcoVersion("Falco version: 0.44.1 (x86_64)\n")->falco, "0.44.1");
  EXPECT_EQ(ParseFalcoVersion("Falco version: 0.26.1\nDriver version: 2aa88dcf\n")->minor, 26);
  EXPECT_EQ(ParseFalcoVersion("Falco version: 1.0\n")->major, 1);
  EXPECT_EQ(ParseFalcoVersion("Thu Jul 27 14:20:22 2023: Falco version: 0.35.1 (x86_64)\n")->falco,
            "0.35.1");
}

TEST(FalcoVersion, RefusesReleasesThatAreTooOldByName) {
  for (const char* old : {"0.19.9", "0.4.0"}) {
    absl::Status status =
        CheckFalcoSupported(*ParseFalcoVersion(std::string("Falco version: ") + old));
    EXPECT_EQ(status.code(), absl::StatusCode::kUnimplemented);
    EXPECT_THAT(std::string(status.message()), AllOf(HasSubstr(old), HasSubstr("0.20")));
  }
  EXPECT_TRUE(CheckFalcoSupported(*ParseFalcoVersion("Falco version: 0.20.0")).ok());
  EXPECT_TRUE(CheckFalcoSupported(*ParseFalcoVersion("Falco version: 1.0.0")).ok());
}

TEST(FalcoVersion, RefusesWhatNoFalcoPrints) {
  for (const char* text : {"", "hello", "Falco version:", "Falco version: x.y", "{}", "{\"falco",
                           "{\"falco_version\":3}", "bench-sensor 0.1.0", "Falco version: 7"}) {
    EXPECT_EQ(ParseFalcoVersion(text).status().code(), absl::StatusCode::kInvalidArgument) << text;
  }
}

}  // namespace
}  // namespace bench
