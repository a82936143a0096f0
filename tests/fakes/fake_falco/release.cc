#include "tests/fakes/fake_falco/release.h"

#include <cstdio>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "worker/sensor/output/json_text.h"

namespace bench {
namespace {

// The parts of a release, for it and those after it up to the next row.
struct Parts {
  int since_minor;
  absl::string_view libs;
  absl::string_view plugin_api;
  absl::string_view engine;
  absl::string_view driver_api;
  absl::string_view driver_schema;
  absl::string_view driver;
};
constexpr Parts kParts[] = {
    {0, "0.7.0", "1.0.0", "13", "2.0.0", "2.0.0", "2.0.0+driver"},
    {33, "0.9.2", "2.0.0", "15", "2.0.0", "2.1.0", "3.0.1+driver"},
    {35, "0.11.3", "3.0.0", "17", "4.0.1", "2.4.1", "5.0.1+driver"},
    {37, "0.14.3", "3.2.0", "0.31.0", "8.0.1", "2.14.0", "7.0.0+driver"},
    {38, "0.17.3", "3.6.0", "0.40.0", "8.0.3", "2.20.1", "7.2.1+driver"},
    {40, "0.20.0", "3.10.0", "0.46.0", "8.0.3", "3.5.0", "8.0.0+driver"},
    {43, "0.23.2", "3.12.0", "0.58.0", "8.0.4", "4.1.0", "9.1.0+driver"},
    {44, "0.25.4", "3.12.0", "0.62.0", "10.0.0", "4.3.0", "10.2.0+driver"},
};

const Parts& PartsOf(const FakeRelease& release) {
  const Parts* found = kParts;
  for (const Parts& parts : kParts) {
    if (release.minor >= parts.since_minor) found = &parts;
  }
  return *found;
}

// "0.62.0" -> "62": the number of the old scheme.
absl::string_view EngineNumber(absl::string_view engine) {
  const size_t from = engine.find('.');
  if (from == absl::string_view::npos) return engine;
  return engine.substr(from + 1, engine.find('.', from + 1) - from - 1);
}

}  // namespace

FakeRelease ParseFakeRelease(const std::string& version) {
  FakeRelease release;
  release.version = version;
  std::sscanf(version.c_str(), "0.%d.%d", &release.minor, &release.patch);
  return release;
}

std::string VersionText(const FakeRelease& release) {
  const Parts& parts = PartsOf(release);
  std::string text = absl::StrCat("Falco version: ", release.version, "\n");
  if (!release.Is(kLibsVersion)) {
    return absl::StrCat(text, "Driver version: ", parts.driver, "\n");
  }
  absl::StrAppend(&text, "Libs version:  ", parts.libs, "\nPlugin API:    ", parts.plugin_api,
                  "\n");
  if (release.Is(kEngineVersion)) absl::StrAppend(&text, "Engine:        ", parts.engine, "\n");
  return absl::StrCat(text, "Driver:\n  API version:    ", parts.driver_api,
                      "\n  Schema version: ", parts.driver_schema,
                      "\n  Default driver: ", parts.driver, "\n");
}

std::string VersionJson(const FakeRelease& release) {
  const Parts& parts = PartsOf(release);
  std::string json;
  sensor::JsonObject object(&json);
  object.Text("default_driver_version", parts.driver);
  object.Text("driver_api_version", parts.driver_api);
  object.Text("driver_schema_version", parts.driver_schema);
  object.Text("engine_version", EngineNumber(parts.engine));
  if (release.Is(kEngineSemver)) object.Text("engine_version_semver", parts.engine);
  object.Text("falco_version", release.version);
  object.Text("libs_version", parts.libs);
  object.Text("plugin_api_version", parts.plugin_api);
  object.Close();
  return json;
}

}  // namespace bench
