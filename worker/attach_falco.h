// The running Falco that a sweep is to attach to, as a sensor.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "common/settings/alert_tls.h"
#include "common/settings/sensor_name.h"
#include "worker/feeds/attached_sensor.h"
#include "worker/host/doctor.h"
#include "worker/host/falco_follower.h"
#include "worker/host/running_falco.h"
#include "worker/rig/adopted_sensor.h"

namespace bench {

struct FalcoToAttachTo {
  RunningFalcoFacts facts;  // its faults are those of reading it by `feeds`
  FeedPlan feeds;
  std::string others_note;  // who else is limited with it, for people; "" = nobody
};

// For a run that begins; see FalcoFollower::Find. FAILED_PRECONDITION, too, where its configuration
// tells too little (the message has the lines to add), or where its control group must not be
// limited (see FindGroupToAdopt).
absl::StatusOr<FalcoToAttachTo> FindFalcoToAttachTo(FalcoFollower& follower, const AttachWish& wish,
                                                    const AlertTls& tls, const FalcoWait& wait);

// The same look at one process, for doctor: faults that are fatal are told, not an error.
absl::StatusOr<AttachOutlook> LookAtAttaching(const RunningFalco& process, const AlertTls& tls);

// For people, before anything runs: what it is, where it is read and why nowhere better, who is
// limited with it, and a line for each fault with its mend.
std::string AttachNote(const FalcoToAttachTo& falco);

// Finds it anew each time: that process at first, then whatever its supervisor puts in its place;
// read by its alert file or its gRPC output only if `falco` is.
RunningSensorFinder FollowFalco(std::shared_ptr<const FalcoFollower> follower,
                                const FalcoToAttachTo& falco, const AlertTls& tls,
                                const FalcoWait& wait);

}  // namespace bench
