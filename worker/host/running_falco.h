// Looks into a Falco that runs: its release, its effective configuration, and what of it stands in
// the way of a measurement.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "worker/falco/config_faults.h"
#include "worker/falco/falco_config.h"
#include "worker/falco/falco_files.h"
#include "worker/falco/falco_ring.h"
#include "worker/falco/falco_version.h"
#include "worker/host/falco_finder.h"

namespace bench {

struct RunningFalcoFacts {
  RunningFalco process;
  std::string root;  // "/proc/PID/root" where it sees other files than we; else ""
  std::vector<std::string> argv;
  FalcoVersion version;
  FalcoConfig config;  // its files and sockets by the paths where this process finds them
  RingConfig ring;
  FalcoFiles files;                 // by its own paths
  std::string config_sha256;        // of all that it is configured by: EffectiveConfigSha256
  std::string arguments;            // see FalcoArguments::others
  std::vector<ConfigFault> faults;  // of attaching to it
};

// Asks its program for its version and reads its files. FAILED_PRECONDITION or the like: it does
// not tell, or a file of its configuration can't be read.
absl::StatusOr<RunningFalcoFacts> InspectRunningFalco(const RunningFalco& process);

// FAILED_PRECONDITION, with the lines to add, where it can't be measured as it is configured.
absl::Status CheckMeasurable(const RunningFalcoFacts& facts);

// "its output queue is unbounded: …; in its falco.yaml: outputs_queue: {…}".
std::string FaultLine(const ConfigFault& fault);

}  // namespace bench
