#pragma once

#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "common/settings/alert_tls.h"
#include "worker/falco/falco_config.h"
#include "worker/falco/falco_version.h"
#include "worker/feeds/attached_sensor.h"

namespace bench {

// Whether nobody on this host listens there.
using PortIsFree = absl::FunctionRef<bool(const std::string& address, int port)>;

// Whether its gRPC output can be connected to, or why not: a service that is configured may be
// dead.
using GrpcConnects = absl::FunctionRef<absl::Status(const GrpcAlertsOptions&)>;

// Whether alerts can come to a file, or why not.
using AlertFileCanBe = absl::FunctionRef<absl::Status(const std::string& path)>;

// Looks at what a configuration can't tell. What they refer to must outlive them.
struct FeedProbes {
  PortIsFree port_is_free;
  GrpcConnects grpc_connects;
  AlertFileCanBe alert_file_can_be;
};

// Where to read a running Falco of this configuration, which must tell its counters somewhere (see
// FindConfigFaults) and has the paths where we find them. Alerts that come over https only are read
// where `tls` has a certificate to show; those of an output that is dead, at the next place.
// Pure.
FeedPlan PlanFeeds(const FalcoConfig& config, const FalcoVersion& version, const FeedProbes& probes,
                   const AlertTls& tls);

// For people: "counters are read from its metrics file /m, alerts from its file /a", and why from
// nothing better.
std::string DescribeFeeds(const FeedPlan& plan);

}  // namespace bench
