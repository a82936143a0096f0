// The command line of bench-sensor.
#pragma once

#include <optional>
#include <string>

#include "worker/sensor/capture/probe.h"

namespace bench::sensor {

struct Options {
  std::string metrics_file;  // "" = none
  int metrics_interval_ms = 100;
  int buffer_preset = 4;
  int cpus_per_buffer = 2;
  bool alerts = true;

  ProbeOptions probe() const {
    return {.ring_bytes = RingBytesOfPreset(buffer_preset), .cpus_per_ring = cpus_per_buffer};
  }
};

// What the command line asks for; nullopt when the program shall end at once with `*exit_code`:
// --help and --version have been printed, an error has been said on stderr.
std::optional<Options> ParseOptions(int argc, char** argv, int* exit_code);

}  // namespace bench::sensor
