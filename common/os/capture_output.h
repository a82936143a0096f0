#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace bench {

// Runs a short program to its end and returns what it printed on stdout. FAILED_PRECONDITION with
// the tail of its stderr if it fails, DEADLINE_EXCEEDED if it still runs after `timeout` (it is
// killed then). Takes at most 1 MiB of output. Thread-safe.
absl::StatusOr<std::string> CaptureOutput(const std::vector<std::string>& argv,
                                          absl::Duration timeout);

}  // namespace bench
