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
  AddTextOption(command, "--alert-cert", settings.alert_tls.cert_file, "FILE",
                "PEM certificate to receive a running Falco's alerts with, where its http_output "
                "or gRPC wants TLS",
                group);
  AddTextOption(command, "--alert-key", settings.alert_tls.key_file, "FILE", "Its PEM key", group);
  AddTextOption(command, "--alert-ca", settings.alert_tls.ca_file, "FILE",
                "PEM authority that such a Falco's own certificate is checked by", group);
  command.get_option("--alert-cert")->needs(command.get_option("--alert-key"));
  command.get_option("--alert-key")->needs(command.get_option("--alert-cert"));
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
                                    std::pair("--alert-cert", settings.alert_tls.cert_file),
                                    std::pair("--alert-ca", settings.alert_tls.ca_file),
                                    std::pair("--state-dir", settings.state_dir)}) {
    if (!value.empty()) {
      return FlagError(flag, "not with --controller: it is a flag of bench-worker on its own host");
    }
  }
  return absl::OkStatus();
}

}  // namespace bench
