#include "worker/attach_falco.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/os/files.h"
#include "common/status/status_macros.h"
#include "worker/falco/make_sensor.h"
#include "worker/feeds/feed_plan.h"
#include "worker/host/attach_target.h"
#include "worker/limits/adopted_cgroup.h"

namespace bench {
namespace {

bool PortIsFree(int port) {
  const UniqueFd fd(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int yes = 1;
  setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  return bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

AttachedOptions OptionsOf(const RunningFalcoFacts& facts) {
  return {.pid = facts.process.pid,
          .version = facts.version.falco,
          .driver = facts.config.engine,
          .command = absl::StrJoin(facts.argv, " "),
          .ring_bytes = facts.ring.ring_bytes,
          .cpus_per_ring = facts.ring.cpus_per_ring,
          .facts = FalcoFacts(facts.version, facts.files, facts.root),
          .feeds = PlanFeeds(facts.config, facts.version, PortIsFree)};
}

}  // namespace

absl::StatusOr<FalcoToAttachTo> FindFalcoToAttachTo(FalcoFollower& follower, const AttachWish& wish,
                                                    const FalcoWait& wait) {
  BENCH_ASSIGN_OR_RETURN(RunningFalcoFacts facts, follower.Find(wish, wait));
  BENCH_RETURN_IF_ERROR(CheckMeasurable(facts));
  BENCH_ASSIGN_OR_RETURN(const GroupToAdopt group, FindGroupToAdopt("", facts.process.pid));
  return FalcoToAttachTo{.facts = std::move(facts), .others_note = OthersNote("", group)};
}

std::string AttachNote(const FalcoToAttachTo& falco) {
  const RunningFalcoFacts& facts = falco.facts;
  std::string note =
      absl::StrCat("sensor: Falco ", facts.version.falco, ", ", NameOf(facts.process),
                   ", as it runs: only its limits are changed, and put back");
  if (!falco.others_note.empty()) absl::StrAppend(&note, "\n  note: ", falco.others_note);
  for (const ConfigFault& fault : facts.faults) {
    absl::StrAppend(&note, "\n  note: ", FaultLine(fault));
  }
  return note;
}

RunningSensorFinder FollowFalco(std::shared_ptr<const FalcoFollower> follower,
                                const RunningFalco& process, const FalcoWait& wait) {
  return
      [follower = std::move(follower), process, wait]() -> absl::StatusOr<std::unique_ptr<Sensor>> {
        BENCH_ASSIGN_OR_RETURN(const RunningFalcoFacts facts, follower->FindAgain(process, wait));
        BENCH_RETURN_IF_ERROR(CheckMeasurable(facts));
        return MakeAttachedSensor(OptionsOf(facts));
      };
}

}  // namespace bench
