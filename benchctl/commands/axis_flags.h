// The axes of a sweep that set the sensor up, beside CPU and memory. Thread-safe.
#pragma once

#include <string>

#include "CLI/App.hpp"
#include "absl/status/status.h"
#include "bench/v1/model.pb.h"

namespace bench {

// Comma-separated values; empty = not given.
struct AxisFlags {
  std::string driver;
  std::string buffer_preset;
  std::string cpus_per_buffer;
  std::string rules;
  std::string base_syscalls;
};

void AddAxisOptions(CLI::App& command, AxisFlags& flags, const char* group);

// INVALID_ARGUMENT names the flag, what was given and what would do. After AddSensor: not each
// sensor has each axis. Relative paths of rule files are taken from the working directory.
absl::Status AddSettingsAxes(const AxisFlags& flags, v1::SweepSpec* spec);

// Where the workers are elsewhere, so are the files: only absolute paths name them.
absl::Status CheckRemoteRules(const AxisFlags& flags);
// On this host the files are looked at before anything starts.
absl::Status CheckLocalRules(const v1::SweepSpec& spec);

}  // namespace bench
