#include "benchctl/client/client_errors.h"

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"

namespace bench {
namespace {

// The code alone doesn't tell: UNAVAILABLE or PERMISSION_DENIED may come from other things too.
constexpr absl::string_view kMark = "benchctl/unreachable";

absl::Status Marked(absl::StatusCode code, absl::string_view message) {
  absl::Status status(code, message);
  status.SetPayload(kMark, absl::Cord());
  return status;
}

}  // namespace

absl::Status DescribeCallError(const absl::Status& error, absl::string_view address) {
  if (error.ok() || address.empty()) return error;
  switch (error.code()) {
    case absl::StatusCode::kUnavailable:
      return Marked(error.code(),
                    absl::StrCat("can't reach the controller at ", address, ": ", error.message(),
                                 "; is bench-controller running there, and is --controller (or "
                                 "BENCHCTL_CONTROLLER) right?"));
    case absl::StatusCode::kDeadlineExceeded:
      return Marked(error.code(), absl::StrCat("the controller at ", address,
                                               " did not answer in time; is it overloaded, or is "
                                               "something else listening there?"));
    case absl::StatusCode::kUnauthenticated:
    case absl::StatusCode::kPermissionDenied:
      return Marked(error.code(), absl::StrCat("the controller at ", address,
                                               " refused our credentials: ", error.message()));
    case absl::StatusCode::kUnimplemented:
      return absl::Status(error.code(),
                          absl::StrCat("the controller at ", address,
                                       " doesn't know this request; is it older than this "
                                       "benchctl?"));
    default:
      return error;
  }
}

bool IsUnreachable(const absl::Status& status) {
  return status.GetPayload(kMark).has_value();
}

}  // namespace bench
