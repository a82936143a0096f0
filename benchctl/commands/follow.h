#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "bench/v1/admin.pb.h"
#include "benchctl/client/session.h"
#include "benchctl/commands/context.h"

namespace bench {

struct FollowOptions {
  std::string campaign_id;
  bool cancel_on_interrupt = false;  // otherwise an interrupt only ends the following
  double run_estimate_sec = 0;
};

struct Followed {
  v1::GetCampaignResponse campaign;  // as it stands at the end
  bool interrupted = false;
};

// Shows the campaign's progress until it has ended and its runs have cleaned up. A controller that
// can't be reached for a while is waited for. An embedded worker that ends by itself is an error;
// its campaign is cancelled.
absl::StatusOr<Followed> Follow(CommandContext& context, Session& session,
                                const FollowOptions& options);

}  // namespace bench
