// Which release the fake is, and what each release knows: from Falco's own sources at their tags.
#pragma once

#include <limits>
#include <string>

namespace bench {

// The releases 0.`since` up to, but without, 0.`until`.
struct Releases {
  int since = 0;
  int until = std::numeric_limits<int>::max();
};

inline constexpr Releases kStatsByText = {.until = 33};  // the lines of -s, as text
inline constexpr Releases kStatsBySource = {33, 35};     // an object for each event source
inline constexpr Releases kStatsFile = {.until = 36};    // -s at all
inline constexpr Releases kGrpc = {18, 44};
inline constexpr Releases kGrpcSourceNamed = {.since = 31};  // before, a number
inline constexpr Releases kLibsVersion = {.since = 32};      // more than two lines of --version
inline constexpr Releases kEngineVersion = {.since = 34};    // and --version as JSON, /versions
inline constexpr Releases kMetrics = {.since = 35};
inline constexpr Releases kHttpMtls = {.since = 36};
inline constexpr Releases kEngineSemver = {.since = 37};
inline constexpr Releases kListenAddress = {.since = 37};
inline constexpr Releases kRuleCounters = {.since = 38};
inline constexpr Releases kEventHostname = {.since = 38};  // evt.hostname was falco.hostname
// -U alone decides; before and after, the key too.
inline constexpr Releases kBufferedByOption = {32, 44};
inline constexpr Releases kPrometheus = {.since = 38};
inline constexpr Releases kPrometheusByLabel = {.since = 39};  // without raw_name, kinds as labels
inline constexpr Releases kMapOverrides = {.since = 39};       // -o key={a: b}
inline constexpr Releases kReloadTime = {.since = 41};

struct FakeRelease {
  std::string version;  // "0.44.1"
  int minor = 0;
  int patch = 0;

  bool Is(Releases those) const { return minor >= those.since && minor < those.until; }
};

// "0.44.1", "0.45.0-rc1". Of what is no version, the numbers are 0.
FakeRelease ParseFakeRelease(const std::string& version);

// What `--version` prints, with the end of its lines.
std::string VersionText(const FakeRelease& release);
// One object, without an end of line: `--version` with json_output, and the page /versions.
std::string VersionJson(const FakeRelease& release);

}  // namespace bench
