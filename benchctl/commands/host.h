#pragma once

#include <atomic>
#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "bench/v1/model.pb.h"
#include "benchctl/client/worker_settings.h"

namespace bench {

struct DoctorRequest {
  WorkerSettings worker;
  std::string db_path;  // empty = the user's default
};

// A load on this host without a search; see worker/local_load.h.
struct LoadJob {
  v1::SweepSpec spec;  // the sensor and what the load is made of
  v1::Cell cell;
  bool dry_run = false;  // without a sensor

  double syscalls_per_sec = 0;  // open loop; 0: a sleep between two actions
  absl::Duration sleep;
  bool halve_sleep = false;  // each round
  absl::Duration round;
  absl::Duration total = absl::InfiniteDuration();

  WorkerSettings worker;
};

// Whether a load is to be made on this host, or on one that may have other directories.
enum class MixScope { kThisHost, kAnyHost };

// Called from the thread that drives the load.
struct LoadSinks {
  std::function<void(const std::string&)> say;        // the sensor taken and why; each stage
  std::function<void(const v1::SensorInfo&)> sensor;  // once, before the rounds; not in a dry run
  std::function<void(const v1::LoadRound&)> round;
};

// What commands ask of this host and of the code built in, without a controller. Thread-safe.
class Host {
 public:
  virtual ~Host() = default;
  virtual int cpus() const = 0;
  // Whether a sensor can be started and limited here; an error says what is missing and what to do.
  virtual absl::Status CheckPrivileges() const = 0;
  // Of `spec` only what the load is made of. INVALID_ARGUMENT lists what there is if the profile or
  // an action is unknown or no action matches.
  virtual absl::Status CheckMix(const v1::SweepSpec& spec, MixScope scope) const = 0;
  // Those that `--actions REGEX` would take; all, with the filler, if it is empty.
  virtual absl::StatusOr<v1::ActionCatalogue> Actions(absl::string_view actions_regex) const = 0;
  // Blocks until the load is over, or soon after *cancelled has become true (CANCELLED).
  virtual absl::Status DriveLoad(const LoadJob& job, const LoadSinks& sinks,
                                 const std::atomic<bool>& cancelled) = 0;
  virtual v1::DoctorReport Doctor(const DoctorRequest& request) const = 0;
};

}  // namespace bench
