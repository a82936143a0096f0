#include "worker/attach_falco.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/status/status_macros.h"
#include "worker/falco/config_faults.h"
#include "worker/falco/make_sensor.h"
#include "worker/feeds/feed.h"
#include "worker/feeds/feed_plan.h"
#include "worker/feeds/rotated_file.h"
#include "worker/host/attach_target.h"
#include "worker/limits/adopted_cgroup.h"

namespace bench {
namespace {

// A run reads its alerts where the first look said: what answers late after a restart is waited
// for.
FeedPlan FeedsAsBefore(const RunningFalcoFacts& facts, const AlertTls& tls,
                       FeedPlan::Alerts before) {
  const auto alive_if = [before](FeedPlan::Alerts channel) {
    return before == channel ? absl::OkStatus() : absl::UnavailableError("nor was it before");
  };
  const auto grpc_connects = [&](const GrpcAlertsOptions&) {
    return alive_if(FeedPlan::Alerts::kGrpc);
  };
  const auto alert_file_can_be = [&](const std::string&) {
    return alive_if(FeedPlan::Alerts::kFile);
  };
  return PlanFeeds(facts.config, facts.version, {HttpPortIsFree, grpc_connects, alert_file_can_be},
                   tls);
}

FeedPlan FirstFeeds(const RunningFalcoFacts& facts, const AlertTls& tls) {
  // One that was rotated away is read, whatever is where it was.
  const auto alert_file_can_be = [pid = facts.process.pid](const std::string& path) {
    return FindRotatedFile(pid, path) ? absl::OkStatus() : TryAlertFile(path);
  };
  return PlanFeeds(facts.config, facts.version,
                   {HttpPortIsFree, TryGrpcConnection, alert_file_can_be}, tls);
}

SensorFacts SensorFactsOf(const RunningFalcoFacts& falco, const std::string& reads) {
  SensorFacts facts = FalcoFacts(falco.version, falco.files, falco.root);
  facts.effective_config_sha256 = falco.config_sha256;
  facts.arguments = falco.arguments;
  facts.reads = reads;
  return facts;
}

AttachedOptions OptionsOf(const RunningFalcoFacts& facts, FeedPlan feeds,
                          const std::string& reads) {
  return {.pid = facts.process.pid,
          .version = facts.version.falco,
          .driver = facts.config.engine,
          .command = absl::StrJoin(facts.argv, " "),
          .ring_bytes = facts.ring.ring_bytes,
          .cpus_per_ring = CpusPerRing(facts.ring.cpus_per_ring),
          .facts = SensorFactsOf(facts, reads),
          .feeds = std::move(feeds)};
}

// Fills in where files that were rotated away from it are written to. For people: who reads them
// looks again when it opens them.
void FindRotatedFiles(pid_t pid, FeedPlan* plan) {
  const auto look = [pid](const std::string& path, std::string* goes_to) {
    if (path.empty()) return;
    if (std::optional<RotatedFile> file = FindRotatedFile(pid, path)) *goes_to = file->name;
  };
  look(plan->counter_file, &plan->counters_go_to);
  look(plan->alert_file, &plan->alerts_go_to);
}

// Of one that is measurable.
absl::StatusOr<FalcoToAttachTo> PlanAttaching(RunningFalcoFacts facts, const AlertTls& tls) {
  BENCH_ASSIGN_OR_RETURN(const GroupToAdopt group, FindGroupToAdopt("", facts.process.pid));
  FeedPlan feeds = FirstFeeds(facts, tls);
  FindRotatedFiles(facts.process.pid, &feeds);
  facts.faults = FindConfigFaultsOfAttached(facts.config, facts.version,
                                            feeds.alerts != FeedPlan::Alerts::kNone);
  facts.faults.insert(facts.faults.end(), feeds.dead_alerts.begin(), feeds.dead_alerts.end());
  return FalcoToAttachTo{
      .facts = std::move(facts), .feeds = std::move(feeds), .others_note = OthersNote("", group)};
}

}  // namespace

absl::StatusOr<FalcoToAttachTo> FindFalcoToAttachTo(FalcoFollower& follower, const AttachWish& wish,
                                                    const AlertTls& tls, const FalcoWait& wait) {
  BENCH_ASSIGN_OR_RETURN(RunningFalcoFacts facts, follower.Find(wish, wait));
  BENCH_RETURN_IF_ERROR(CheckMeasurable(facts));
  return PlanAttaching(std::move(facts), tls);
}

absl::StatusOr<AttachOutlook> LookAtAttaching(const RunningFalco& process, const AlertTls& tls) {
  BENCH_ASSIGN_OR_RETURN(RunningFalcoFacts facts, InspectRunningFalco(process));
  if (!CheckMeasurable(facts).ok()) return AttachOutlook{.faults = std::move(facts.faults)};
  BENCH_ASSIGN_OR_RETURN(FalcoToAttachTo falco, PlanAttaching(std::move(facts), tls));
  return AttachOutlook{.faults = std::move(falco.facts.faults),
                       .reads = DescribeFeeds(falco.feeds),
                       .others_note = std::move(falco.others_note)};
}

std::string AttachNote(const FalcoToAttachTo& falco) {
  const RunningFalcoFacts& facts = falco.facts;
  std::string note = absl::StrCat(
      "sensor: Falco ", facts.version.falco, ", ", NameOf(facts.process),
      ", as it runs: only its limits are changed, and put back; ", DescribeFeeds(falco.feeds));
  if (!falco.others_note.empty()) absl::StrAppend(&note, "\n  note: ", falco.others_note);
  for (const ConfigFault& fault : facts.faults) {
    absl::StrAppend(&note, "\n  note: ", FaultLine(fault));
  }
  return note;
}

RunningSensorFinder FollowFalco(std::shared_ptr<const FalcoFollower> follower,
                                const FalcoToAttachTo& falco, const AlertTls& tls,
                                const FalcoWait& wait) {
  return [follower = std::move(follower), process = falco.facts.process, tls, wait,
          alerts = falco.feeds.alerts,
          reads = DescribeFeeds(falco.feeds)]() -> absl::StatusOr<std::unique_ptr<Sensor>> {
    BENCH_ASSIGN_OR_RETURN(const RunningFalcoFacts facts, follower->FindAgain(process, wait));
    BENCH_RETURN_IF_ERROR(CheckMeasurable(facts));
    return MakeAttachedSensor(OptionsOf(facts, FeedsAsBefore(facts, tls, alerts), reads));
  };
}

}  // namespace bench
