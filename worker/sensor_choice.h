// Which sensor a run is measured on. Pure.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace bench {

struct SensorChoice {
  std::string kind;  // "falco", "reference", "simulated"
  std::string note;  // one line for people: what was taken and why
};

// What of Falco the host has.
struct FalcoOnHost {
  std::string binary;  // empty = none was found
  std::string version;
  std::string why_none;  // what looking for it came to, if none was found
  // Those that run already, with what stops them: "pid 812: systemctl stop falco".
  std::vector<std::string> running;
};

// `wanted`: "auto", "falco", "reference" or "simulated". FAILED_PRECONDITION says what to do where
// Falco is wanted and missing, or where another one runs: two at once disturb each other.
absl::StatusOr<SensorChoice> ChooseSensor(absl::string_view wanted, const FalcoOnHost& host);

}  // namespace bench
