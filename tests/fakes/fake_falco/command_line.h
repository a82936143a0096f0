#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "tests/fakes/fake_falco/release.h"

namespace bench {

struct FakeCommandLine {
  bool version = false;
  bool dry_run = false;
  bool unbuffered = false;
  std::string config_file;             // empty: none, all settings have their defaults
  std::vector<std::string> overrides;  // KEY=VALUE each
  std::string stats_file;
  absl::Duration stats_interval = absl::Seconds(5);
};

// An option that the release doesn't know is an error in that release's words. `-x VALUE` and
// `--name VALUE` or `--name=VALUE`.
absl::StatusOr<FakeCommandLine> ParseFakeCommandLine(const FakeRelease& release,
                                                     const std::vector<std::string>& arguments);

}  // namespace bench
