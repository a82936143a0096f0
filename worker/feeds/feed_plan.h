#pragma once

#include <string>

#include "absl/functional/function_ref.h"
#include "worker/falco/falco_config.h"
#include "worker/falco/falco_version.h"
#include "worker/feeds/attached_sensor.h"

namespace bench {

// Where to read a running Falco of this configuration, which must tell its counters somewhere (see
// FindConfigFaults) and has the paths where we find them. `port_is_free`: whether nobody listens on
// a port of this host. Pure.
FeedPlan PlanFeeds(const FalcoConfig& config, const FalcoVersion& version,
                   absl::FunctionRef<bool(int port)> port_is_free);

}  // namespace bench
