// What a sweep asks for, whether it can be done, and the runs that it expands to. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "common/settings/sensor_settings.h"

namespace bench {

// The same fields and units as v1.SweepSpec; a limit of 0 means "no limit".
struct Sweep {
  std::vector<int32_t> cpu_millis;
  std::vector<int64_t> memory_bytes;
  SettingsAxes settings;
  std::vector<std::string> nodes;
  std::string sensor;
  std::string profile;
  std::vector<int32_t> weights;  // of the mix's parts
  std::string pinning;           // "" is "auto"
  std::string method;
  int32_t repeats = 0;
  double precision = 0;
  double max_loss = 0;
  double round_duration_sec = 0;
  double run_timeout_sec = 0;
  int32_t retries = 0;
  int32_t generators = 0;
  double sim_time_scale = 0;
  double sim_capacity_per_core = 0;
};

// One run to be made of a sweep.
struct PlannedRun {
  int32_t cpu_millis = 0;
  int64_t memory_bytes = 0;
  std::string node;  // empty = any
  int32_t repeat = 1;
  SensorSettings settings;
};

// INVALID_ARGUMENT naming the field, what was given and what would do.
absl::Status ValidateSweep(const Sweep& sweep);

// In the order in which they should run: the settings as they were given, within each CPU ascending
// and memory descending (no limit is the most), so that each answer is a near hint for the next;
// then repeats, then nodes. `sweep` must be valid.
std::vector<PlannedRun> ExpandSweep(const Sweep& sweep);

}  // namespace bench
