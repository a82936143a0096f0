#include "benchctl/commands/exit_code.h"

#include "benchctl/client/client_errors.h"
#include "benchctl/view/run_text.h"

namespace bench {

ExitCode ExitCodeOf(const absl::Status& status) {
  if (status.ok()) return ExitCode::kDone;
  if (IsUnreachable(status)) return ExitCode::kUnreachable;
  return absl::IsInvalidArgument(status) ? ExitCode::kUsage : ExitCode::kFailed;
}

ExitCode ExitCodeOf(const v1::GetCampaignResponse& campaign) {
  for (const v1::Run& run : campaign.runs()) {
    if (!HasAnswer(run)) return ExitCode::kNoAnswer;
  }
  return ExitCode::kDone;
}

}  // namespace bench
