#include "worker/sensor_options.h"

#include <unistd.h>

#include "common/status/status_macros.h"
#include "worker/falco/rule_files.h"

namespace bench {

absl::StatusOr<FalcoOptions> WithSettings(FalcoOptions options, const SensorSettings& settings,
                                          const std::vector<std::string>& rules_dirs) {
  BENCH_RETURN_IF_ERROR(CheckSettings(settings, "falco"));
  if (!settings.driver.empty()) options.driver = settings.driver;
  if (settings.buffer_preset != 0) options.buf_size_preset = settings.buffer_preset;
  if (settings.cpus_per_buffer == kOneBufferForAllCpus) {
    options.cpus_per_buffer = 0;
  } else if (settings.cpus_per_buffer != 0) {
    options.cpus_per_buffer = settings.cpus_per_buffer;
  }
  BENCH_ASSIGN_OR_RETURN(options.rules, ResolveRuleFiles(settings.rules, rules_dirs));
  if (!settings.base_syscalls.empty()) {
    BENCH_ASSIGN_OR_RETURN(options.base_syscalls, ParseBaseSyscalls(settings.base_syscalls));
  }
  return options;
}

absl::StatusOr<ReferenceOptions> WithSettings(ReferenceOptions options,
                                              const SensorSettings& settings) {
  BENCH_RETURN_IF_ERROR(CheckSettings(settings, "reference"));
  if (settings.buffer_preset != 0) options.buf_size_preset = settings.buffer_preset;
  if (settings.cpus_per_buffer == kOneBufferForAllCpus) {
    options.cpus_per_buffer = static_cast<int>(sysconf(_SC_NPROCESSORS_CONF));
  } else if (settings.cpus_per_buffer != 0) {
    options.cpus_per_buffer = settings.cpus_per_buffer;
  }
  return options;
}

}  // namespace bench
