#include "controller/engine/dispatcher.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/status/status_macros.h"
#include "common/version/version.h"
#include "controller/engine/assignment.h"
#include "controller/engine/convert.h"
#include "controller/engine/second_look.h"
#include "controller/engine/submission.h"
#include "controller/engine/transition.h"
#include "controller/storage/campaign_repository.h"
#include "controller/storage/node_repository.h"
#include "controller/storage/run_repository.h"
#include "controller/storage/trial_repository.h"
#include "spdlog/spdlog.h"

namespace bench {
namespace {

// How exact a node's last_seen is; each note of it is a write.
constexpr absl::Duration kSeenInterval = absl::Seconds(10);
constexpr size_t kMaxNodeName = 253;

}  // namespace

Dispatcher::Dispatcher(Database& database, Clock& clock, IdGenerator ids, ProgressBoard& progress,
                       DispatcherOptions options)
    : database_(database),
      clock_(clock),
      ids_(std::move(ids)),
      progress_(progress),
      options_(std::move(options)),
      last_tick_(clock.Monotonic()) {}

absl::Status Dispatcher::Load() {
  BENCH_ASSIGN_OR_RETURN(std::vector<RunSchedule> runs,
                         RunRepository(database_).Unfinished(options_.held_by));
  BENCH_ASSIGN_OR_RETURN(std::vector<v1::Node> nodes, NodeRepository(database_).List());
  queue_.Clear();
  for (const RunSchedule& run : runs) {
    queue_.Put(Restored(ToRunState(run), clock_.Monotonic(), options_.lease_ttl));
  }
  known_nodes_.clear();
  for (const v1::Node& node : nodes) known_nodes_.insert(node.name());
  ++work_generation_;
  return absl::OkStatus();
}

absl::StatusOr<v1::SubmitSweepResponse> Dispatcher::SubmitSweep(
    const v1::SubmitSweepRequest& request) {
  BENCH_ASSIGN_OR_RETURN(
      Submission submission,
      StoreSubmission(database_, ids_, request, known_nodes_, options_.held_by, clock_.Now()));
  v1::SubmitSweepResponse response;
  BENCH_ASSIGN_OR_RETURN(*response.mutable_campaign(),
                         CampaignRepository(database_).Get(submission.campaign_id));
  for (RunState& run : submission.runs) Apply(std::move(run));
  return response;
}

absl::StatusOr<v1::CancelCampaignResponse> Dispatcher::CancelCampaign(
    const v1::CancelCampaignRequest& request) {
  CampaignRepository campaigns(database_);
  BENCH_ASSIGN_OR_RETURN(std::string id, campaigns.Resolve(request.campaign_id()));
  BENCH_RETURN_IF_ERROR(campaigns.MarkCancelRequested(id));
  BENCH_ASSIGN_OR_RETURN(std::vector<RunSchedule> unfinished,
                         RunRepository(database_).UnfinishedOf(id));
  std::vector<RunState> ours;
  for (const RunSchedule& schedule : unfinished) {
    const RunState* known = queue_.Find(schedule.id);
    RunState run = CancelRequested(known != nullptr ? *known : ToRunState(schedule), "cancelled");
    BENCH_RETURN_IF_ERROR(StoreTransition(database_, run, nullptr, clock_.Now()));
    if (known != nullptr) ours.push_back(std::move(run));
  }
  BENCH_RETURN_IF_ERROR(campaigns.EndIfComplete(id, clock_.Now()));
  v1::CancelCampaignResponse response;
  BENCH_ASSIGN_OR_RETURN(*response.mutable_campaign(), campaigns.Get(id));
  for (RunState& run : ours) Apply(std::move(run));
  return response;
}

absl::StatusOr<v1::RegisterResponse> Dispatcher::Register(const v1::RegisterRequest& request) {
  const std::string& name = request.node().name();
  if (name.empty() || name.size() > kMaxNodeName) {
    return absl::InvalidArgumentError(
        absl::StrCat("a node needs a name of 1 to ", kMaxNodeName, " bytes: give one with --node"));
  }
  BENCH_RETURN_IF_ERROR(NodeRepository(database_).Upsert(request.node(), clock_.Now()));
  known_nodes_.insert(name);
  seen_[name] = clock_.Monotonic();
  v1::RegisterResponse response;
  response.set_controller_version(Version());
  response.set_lease_ttl_sec(absl::ToDoubleSeconds(options_.lease_ttl));
  return response;
}

absl::Status Dispatcher::MarkSeen(const std::string& node) {
  auto last = seen_.find(node);
  if (last != seen_.end() && clock_.Monotonic() - last->second < kSeenInterval) {
    return absl::OkStatus();
  }
  BENCH_RETURN_IF_ERROR(NodeRepository(database_).MarkSeen(node, clock_.Now()));
  seen_[node] = clock_.Monotonic();
  return absl::OkStatus();
}

absl::StatusOr<v1::AcquireRunResponse> Dispatcher::AcquireRun(
    const v1::AcquireRunRequest& request) {
  const std::string& node = request.node();
  if (known_nodes_.count(node) == 0) {
    return absl::NotFoundError(absl::StrCat("node '", node, "' has not registered here"));
  }
  BENCH_RETURN_IF_ERROR(MarkSeen(node));
  v1::AcquireRunResponse response;
  const RunState* next = queue_.NextFor(node);
  if (next == nullptr) return response;
  RunState run = Granted(*next, node, clock_.Monotonic(), options_.lease_ttl);
  BENCH_RETURN_IF_ERROR(StoreTransition(database_, run, nullptr, clock_.Now()));
  BENCH_ASSIGN_OR_RETURN(*response.mutable_assignment(),
                         MakeAssignment(database_, run, options_.lease_ttl));
  spdlog::info("run {} (attempt {}) goes to node {}", run.id, run.attempt, node);
  Apply(std::move(run));
  return response;
}

absl::StatusOr<RunState> Dispatcher::FindRun(const std::string& id) {
  if (const RunState* run = queue_.Find(id)) return *run;
  BENCH_ASSIGN_OR_RETURN(RunSchedule schedule, RunRepository(database_).Schedule(id));
  RunState run = ToRunState(schedule);
  if (HasEnded(run)) return run;
  return absl::FailedPreconditionError(
      absl::StrCat("run ", id, " belongs to another controller of this database: drop it"));
}

absl::StatusOr<v1::ReportResponse> Dispatcher::Report(const v1::ReportRequest& request) {
  BENCH_ASSIGN_OR_RETURN(RunState before, FindRun(request.run_id()));
  BENCH_ASSIGN_OR_RETURN(RunState run, Renewed(std::move(before), request.epoch(),
                                               clock_.Monotonic(), options_.lease_ttl));
  BENCH_RETURN_IF_ERROR(MarkSeen(run.node));
  BENCH_RETURN_IF_ERROR(StoreReport(run, request));
  v1::ReportResponse response;
  response.set_lease_ttl_sec(absl::ToDoubleSeconds(options_.lease_ttl));
  response.set_cancel(run.cancel_requested);
  if (request.has_progress()) {
    v1::Progress progress = request.progress();
    progress.set_run_id(run.id);
    progress_.Set(std::move(progress));
  }
  queue_.Put(std::move(run));
  return response;
}

absl::Status Dispatcher::StoreReport(const RunState& run, const v1::ReportRequest& request) {
  // A report that only says "still here" leaves the disk alone.
  if (request.trials_size() == 0 && request.samples_size() == 0 && !request.has_manifest() &&
      !request.has_baseline() && request.calibration_size() == 0) {
    return absl::OkStatus();
  }
  if (request.sequence() < 1) {
    return absl::InvalidArgumentError("a report needs a sequence number from 1");
  }
  RunRepository runs(database_);
  BENCH_ASSIGN_OR_RETURN(bool is_new,
                         runs.MarkReport(run.id, run.epoch, request.sequence(), clock_.Now()));
  if (!is_new) return absl::OkStatus();
  TrialRepository trials(database_);
  for (v1::Trial trial : request.trials()) {
    trial.set_run_id(run.id);
    trial.set_attempt(run.attempt);
    BENCH_RETURN_IF_ERROR(trials.Upsert(trial));
  }
  BENCH_RETURN_IF_ERROR(trials.InsertSamples(run.id, run.attempt, request.samples()));
  if (request.has_manifest()) {
    BENCH_RETURN_IF_ERROR(runs.SaveManifest(run.id, run.attempt, request.manifest()));
    BENCH_RETURN_IF_ERROR(runs.SaveSensor(run.id, request.manifest().sensor()));
  }
  if (request.has_baseline()) {
    BENCH_RETURN_IF_ERROR(runs.SaveBaseline(run.id, request.baseline()));
  }
  if (request.calibration_size() > 0) {
    BENCH_RETURN_IF_ERROR(runs.SaveCalibration(run.id, request.calibration()));
  }
  return absl::OkStatus();
}

absl::StatusOr<v1::FinishResponse> Dispatcher::Finish(const v1::FinishRequest& request) {
  BENCH_ASSIGN_OR_RETURN(Ending ending, ToEnding(request));
  BENCH_ASSIGN_OR_RETURN(RunState before, FindRun(request.run_id()));
  const bool held = before.phase == RunPhase::kRunning;
  BENCH_ASSIGN_OR_RETURN(RunState run, Finished(std::move(before), request.epoch(), ending,
                                                request.result().message()));
  if (!held) return v1::FinishResponse();  // said before
  std::vector<RunState> second_looks;
  if (run.phase == RunPhase::kDone && !run.cancel_requested) {
    BENCH_ASSIGN_OR_RETURN(second_looks,
                           StoreSecondLooks(database_, ids_, run, request.result(), clock_.Now()));
  }
  BENCH_RETURN_IF_ERROR(StoreTransition(database_, run, &request, clock_.Now()));
  spdlog::info("run {} on node {}: {}{}", run.id, run.node,
               run.phase == RunPhase::kDone ? v1::Result::Verdict_Name(request.result().verdict())
                                            : v1::Run::State_Name(ToSchedule(run).state),
               run.reason.empty() ? "" : ": " + run.reason);
  Apply(std::move(run));
  for (RunState& look : second_looks) Apply(std::move(look));
  return v1::FinishResponse();
}

bool Dispatcher::LeasesToExpire() {
  const absl::Duration now = clock_.Monotonic();
  const absl::Duration silence = now - std::exchange(last_tick_, now);
  if (silence > std::max(absl::Seconds(5), options_.lease_ttl / 2)) {
    for (RunState& run : queue_.ExpiredAt(now)) {
      queue_.Put(Restored(std::move(run), now, options_.lease_ttl));
    }
  }
  return !queue_.ExpiredAt(now).empty();
}

absl::Status Dispatcher::ExpireLeases() {
  const absl::Duration now = clock_.Monotonic();
  std::vector<RunState> expired = queue_.ExpiredAt(now);
  for (RunState& run : expired) {
    run = Expired(std::move(run), now);
    BENCH_RETURN_IF_ERROR(StoreTransition(database_, run, nullptr, clock_.Now()));
  }
  for (RunState& run : expired) {
    spdlog::warn("run {}: {}; it is {} now", run.id, run.reason,
                 v1::Run::State_Name(ToSchedule(run).state));
    Apply(std::move(run));
  }
  return absl::OkStatus();
}

void Dispatcher::Apply(RunState run) {
  if (run.phase != RunPhase::kRunning) {
    progress_.Erase(run.id);
    ++work_generation_;
  }
  queue_.Put(std::move(run));
}

}  // namespace bench
