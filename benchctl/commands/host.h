#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "bench/v1/model.pb.h"

namespace bench {

struct DoctorRequest {
  std::string falco_bin;  // empty = look for it
  std::string state_dir;  // empty = the worker's default
  std::string db_path;    // empty = the user's default
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
  virtual absl::Status CheckMix(const v1::SweepSpec& spec) const = 0;
  // Those that `--actions REGEX` would take; all, with the filler, if it is empty.
  virtual absl::StatusOr<v1::ActionCatalogue> Actions(absl::string_view actions_regex) const = 0;
  virtual v1::DoctorReport Doctor(const DoctorRequest& request) const = 0;
};

}  // namespace bench
