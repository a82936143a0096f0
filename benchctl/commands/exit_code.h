#pragma once

#include "absl/status/status.h"
#include "bench/v1/admin.pb.h"

namespace bench {

// A contract with scripts.
enum class ExitCode : int {
  kDone = 0,         // every run has an answer
  kFailed = 1,       // the operation failed
  kUsage = 2,        // flag, value, file
  kNoAnswer = 3,     // done, but some runs failed, timed out or were cancelled
  kUnreachable = 5,  // no controller there, or it refused the credentials
  kInterrupted = 130,
};

// INVALID_ARGUMENT is the user's, whoever found it out.
ExitCode ExitCodeOf(const absl::Status& status);

// Of a campaign that has ended.
ExitCode ExitCodeOf(const v1::GetCampaignResponse& campaign);

}  // namespace bench
