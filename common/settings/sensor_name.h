// The names of sensors in flags and in the API. Pure and thread-safe.
#pragma once

#include <sys/types.h>

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace bench {

// INVALID_ARGUMENT lists what there is: auto, falco, reference, simulated, and the forms of attach.
absl::Status CheckSensorName(absl::string_view sensor);

// A Falco that runs already. "attach": the only one; "attach:PID"; "attach:unit=NAME", with or
// without ".service".
struct AttachWish {
  pid_t pid = 0;     // 0: not given
  std::string unit;  // "": not given
};
bool IsAttach(absl::string_view sensor);
absl::StatusOr<AttachWish> ParseAttach(absl::string_view sensor);

}  // namespace bench
