#include "worker/sensor_choice.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace bench {

absl::StatusOr<SensorChoice> ChooseSensor(absl::string_view wanted, const FalcoOnHost& host) {
  if (wanted == "simulated") {
    return SensorChoice{"simulated", "sensor: SIMULATED, a model; no syscall is made or measured"};
  }
  if (wanted != "auto" && wanted != "falco" && wanted != "reference" && !wanted.empty()) {
    return absl::InvalidArgumentError(absl::StrCat(
        "unknown sensor \"", wanted, "\"; there are auto, falco, reference, simulated and attach"));
  }
  if (!host.running.empty()) {
    return absl::FailedPreconditionError(absl::StrCat(
        "a Falco is running already, and two sensors on one host disturb each other's figures; "
        "measure that one with --sensor attach, or stop it first (",
        absl::StrJoin(host.running, "; "), ")"));
  }
  const bool found = !host.binary.empty();
  if (wanted == "falco" && !found) {
    return absl::FailedPreconditionError(
        absl::StrCat(host.why_none, "; or measure the built-in one with --sensor reference"));
  }
  if (wanted == "falco" || (wanted != "reference" && found)) {
    return SensorChoice{
        "falco",
        absl::StrCat("sensor: Falco ", host.version.empty() ? "(version unknown)" : host.version,
                     " at ", host.binary)};
  }
  return SensorChoice{
      "reference",
      wanted == "reference"
          ? "sensor: the built-in reference sensor; its figures are its own, not Falco's"
          : "sensor: the built-in reference sensor, as no Falco was found on this host; its "
            "figures "
            "are its own, not Falco's (install Falco or name it with --falco-bin to size it)"};
}

}  // namespace bench
