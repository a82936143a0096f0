#include "worker/falco/rfc3339.h"

#include <gtest/gtest.h>

#include <string>

namespace bench {
namespace {

TEST(Rfc3339, AgreesWithTheLibrary) {
  for (const char* text :
       {"2026-11-22T09:13:46.772314796Z", "1970-01-01T00:00:00Z", "2000-02-29T23:59:59.999999999Z",
        "1999-12-31T00:00:00.5Z", "2024-02-29T12:00:00+01:30", "2100-03-01T00:00:00-11:00",
        "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "2038-01-19t03:14:08z"}) {
    absl::Time expected;
    std::string error;
    std::string upper(text);
    for (char& c : upper) c = c == 't' ? 'T' : c == 'z' ? 'Z' : c;
    ASSERT_TRUE(absl::ParseTime(absl::RFC3339_full, upper, &expected, &error)) << error;
    ASSERT_TRUE(ParseRfc3339(text)) << text;
    EXPECT_EQ(*ParseRfc3339(text), expected) << text;
  }
}

TEST(Rfc3339, AgreesWithTheLibraryOnEveryDayOfFourCenturies) {
  const absl::TimeZone utc = absl::UTCTimeZone();
  for (absl::Time day = absl::FromCivil(absl::CivilDay(1900, 1, 1), utc);
       day < absl::FromCivil(absl::CivilDay(2301, 1, 1), utc); day += absl::Hours(24)) {
    ASSERT_EQ(ParseRfc3339(absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", day, utc)), day);
  }
}

TEST(Rfc3339, RefusesWhatIsNone) {
  for (const char* text :
       {"", "2026", "2026-11-22", "2026-11-22T09:13:46", "2026-11-22T09:13:46.Z",
        "2026-13-22T09:13:46Z", "2026-00-22T09:13:46Z", "2026-11-32T09:13:46Z",
        "2026-11-22T24:13:46Z", "2026-11-22T09:60:46Z", "2026-11-22T09:13:61Z",
        "2026-11-22T09:13:46Zx", "2026-11-22 09:13:46Z", "26-11-22T09:13:46Z",
        "2026-11-22T09:13:46+0100", "2026-11-22T09:13:46+24:00", "-026-11-22T09:13:46Z"}) {
    EXPECT_FALSE(ParseRfc3339(text)) << text;
  }
}

}  // namespace
}  // namespace bench
