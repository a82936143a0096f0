// Where a worker keeps its things and finds its programs.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/settings/alert_tls.h"

namespace bench {

struct WorkerOptions {
  std::string node;  // name; empty = the host's
  std::map<std::string, std::string> labels;
  std::string state_dir;     // journal, lock, scratch files; created; empty = the default
  std::string falco_bin;     // empty = look in PATH
  std::string falco_config;  // empty = Falco's default
  AlertTls alert_tls;        // for a Falco that is attached to
  std::vector<std::string> rules_dirs = {"/etc/falco"};  // runs may name rule files below these
  std::string programs_dir;  // where our other programs stand; empty = our own folder
};

// The default state directory: the same whatever the database, so that the next start finds what a
// killed one left.
inline constexpr absl::string_view kDefaultStateDir = "/var/lib/falco-bench";

// With the directories filled in. Fails only where /proc can't tell our own folder.
absl::StatusOr<WorkerOptions> WithDirectories(WorkerOptions options);

std::string SensorPath(const WorkerOptions& options);     // needs programs_dir
std::string GeneratorPath(const WorkerOptions& options);  // needs programs_dir
std::string GuardPath(const WorkerOptions& options);

}  // namespace bench
