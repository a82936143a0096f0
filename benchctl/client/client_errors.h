// Which errors of a call mean "no controller there, or it won't talk to us". Thread-safe.
#pragma once

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace bench {

// An error of a call to the controller at `address` (empty: in our own process). Those that mean it
// can't be reached, or refused who we are, get the address, what to do, and a mark.
absl::Status DescribeCallError(const absl::Status& error, absl::string_view address);

// Whether DescribeCallError marked it: benchctl's exit code 5.
bool IsUnreachable(const absl::Status& status);

}  // namespace bench
