#include "benchctl/commands/sensor_flags.h"

#include <utility>

#include "benchctl/commands/flag_text.h"
#include "common/settings/sensor_name.h"
#include "common/status/status_macros.h"

namespace bench {

void AddSensorFlag(CLI::App& command, std::string& sensor, const char* group) {
  AddTextOption(command, "--sensor", sensor, "KIND",
                "auto (Falco if it is here, else reference), falco (started), attach (to the one "
                "that runs; also attach:PID, attach:unit=NAME), reference, simulated",
                group);
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
  BENCH_RETURN_IF_ERROR(Annotate(CheckSensorName(sensor), "--sensor"));
  spec->set_sensor(sensor);
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
