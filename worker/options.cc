#include "worker/options.h"

#include "absl/strings/str_cat.h"
#include "common/os/files.h"
#include "common/status/status_macros.h"
#include "worker/cleanup/guard.h"

namespace bench {

absl::StatusOr<WorkerOptions> WithDirectories(WorkerOptions options) {
  if (options.state_dir.empty()) options.state_dir = std::string(kDefaultStateDir);
  if (options.programs_dir.empty()) {
    BENCH_ASSIGN_OR_RETURN(options.programs_dir, ExecutableDirectory());
  }
  return options;
}

std::string SensorPath(const WorkerOptions& options) {
  return absl::StrCat(options.programs_dir, "/bench-sensor");
}

std::string GeneratorPath(const WorkerOptions& options) {
  return absl::StrCat(options.programs_dir, "/bench-generator");
}

std::string GuardPath(const WorkerOptions& options) {
  return absl::StrCat(options.programs_dir, "/", kGuardProgram);
}

}  // namespace bench
