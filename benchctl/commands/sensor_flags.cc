#include "benchctl/commands/sensor_flags.h"

#include <utility>

#include "benchctl/commands/flag_text.h"
#include "common/status/status_macros.h"

namespace bench {

void AddSensorFlag(CLI::App& command, std::string& sensor, const char* group) {
  AddTextOption(command, "--sensor", sensor, "KIND",
                "auto (Falco if it is here, else reference), falco, reference, simulated", group);
}

void AddWorkerFlags(CLI::App& command, WorkerSettings& settings, const char* group) {
  AddTextOption(command, "--falco-bin", settings.falco_bin, "FILE",
                "Falco's program (default: found in PATH)", group);
  AddTextOption(command, "--falco-config", settings.falco_config, "FILE",
                "Falco's configuration (default: its own)", group);
  AddTextOption(command, "--state-dir", settings.state_dir, "DIR",
                "Journal and lock (default: /var/lib/falco-bench)", group);
}

absl::Status AddSensor(const std::string& sensor, v1::SweepSpec* spec) {
  BENCH_ASSIGN_OR_RETURN(
      *spec->mutable_sensor(),
      ParseChoice("--sensor", sensor, {"auto", "falco", "reference", "simulated"}));
  return absl::OkStatus();
}

absl::Status CheckNoWorkerFlags(const WorkerSettings& settings) {
  for (const auto& [flag, value] : {std::pair("--falco-bin", settings.falco_bin),
                                    std::pair("--falco-config", settings.falco_config),
                                    std::pair("--state-dir", settings.state_dir)}) {
    if (!value.empty()) {
      return FlagError(flag, "not with --controller: it is a flag of bench-worker on its own host");
    }
  }
  return absl::OkStatus();
}

}  // namespace bench
