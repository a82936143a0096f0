#pragma once

#include <map>
#include <string>
#include <vector>

#include "absl/time/time.h"

namespace bench {

// A running instance's command line, and its environment.
struct FalcoArguments {
  std::string config = "/etc/falco/falco.yaml";
  std::vector<std::string> overrides;  // KEY=VALUE of -o, in their order
  std::vector<std::string> rules;      // of -r, instead of the configured ones
  std::string stats_file;              // of -s, before 0.36
  absl::Duration stats_interval = absl::Seconds(5);
  bool modern_bpf = false;  // --modern-bpf, 0.34 to 0.40
  bool unbuffered = false;  // -U
  // Every other word, options and their values, in their order; but for where it writes its pid.
  std::vector<std::string> others;
  // Its configuration may name them since 0.36; FALCO_BPF_PROBE chose the engine before 0.38.
  std::map<std::string, std::string> environment;
};

// All but the environment.
FalcoArguments ParseFalcoArguments(const std::vector<std::string>& argv);

}  // namespace bench
