// The flags of `sweep` as text, and what they mean. Thread-safe.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "bench/v1/admin.pb.h"
#include "benchctl/commands/axis_flags.h"
#include "benchctl/commands/load_flags.h"
#include "benchctl/commands/sensor_flags.h"

namespace bench {

// Initial values are the defaults that the help prints; empty = not given.
struct SweepFlags {
  std::string cpu = "500m,1,2";
  std::string memory = "512Mi";
  AxisFlags axes;
  std::string nodes;
  std::string sensor = "auto";
  WorkerSettings worker;  // of this host
  LoadFlags load;
  std::string repeat = "1";
  std::string precision = "5%";
  std::string max_loss = "0";
  std::string method = "search";
  std::string round_duration = "10s";
  std::string run_timeout = "10m";
  std::string retries = "2";
  std::string name;
  std::vector<std::string> tags;
  bool detach = false;
  bool dry_run = false;
  std::string sim_time_scale;
  std::string sim_capacity;
};

// For the simulated sensor, where the flags leave it open.
inline constexpr double kDefaultSimTimeScale = 10;
inline constexpr double kDefaultSimCapacityPerCore = 200e3;

// INVALID_ARGUMENT names the flag, what was given and one that would do. The request id is left
// empty. Which actions there are is not known here. Reads the mix file, if one is given.
absl::StatusOr<v1::SubmitSweepRequest> BuildSweepRequest(const SweepFlags& flags);

// Flags that make sense only with, or only without, a controller elsewhere.
absl::Status CheckPlace(const SweepFlags& flags, bool remote);

}  // namespace bench
