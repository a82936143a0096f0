#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace bench {

// What `falco --version` tells. Texts are empty where a release doesn't say.
struct FalcoVersion {
  int major = 0;
  int minor = 0;
  int patch = 0;
  std::string falco;           // "0.44.1", "0.45.0-rc1"
  std::string libs;            // "0.25.4"
  std::string engine;          // "0.62.0"
  std::string driver_api;      // "9.1.0"
  std::string driver_schema;   // "4.2.0"
  std::string default_driver;  // "10.2.0+driver"

  bool AtLeast(int other_major, int other_minor, int other_patch = 0) const {
    if (major != other_major) return major > other_major;
    return minor != other_minor ? minor > other_minor : patch >= other_patch;
  }
};

// Reads the lines "Falco version: 0.44.1 …", or the one JSON object that Falco prints instead where
// the host's configuration has json_output. INVALID_ARGUMENT if there is no version in it. Pure.
absl::StatusOr<FalcoVersion> ParseFalcoVersion(absl::string_view output);

// UNIMPLEMENTED, naming the version and the oldest that will do, for releases before 0.20: their
// options and statistics are others.
absl::Status CheckFalcoSupported(const FalcoVersion& version);

}  // namespace bench
