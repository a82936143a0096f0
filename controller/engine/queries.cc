#include "controller/engine/queries.h"

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/status/status_macros.h"
#include "controller/engine/circumstances.h"
#include "controller/engine/repeats.h"
#include "controller/storage/campaign_repository.h"
#include "controller/storage/node_repository.h"
#include "controller/storage/run_repository.h"
#include "controller/storage/trial_repository.h"

namespace bench {
namespace {

constexpr int kDefaultLimit = 100;
// Keeps an answer within what a message may weigh.
constexpr int kMaxLimit = 10'000;
constexpr int kTrialsPerPage = 2'000;

absl::StatusOr<int> CheckLimit(int limit) {
  if (limit == 0) return kDefaultLimit;
  if (limit > 0 && limit <= kMaxLimit) return limit;
  return absl::InvalidArgumentError(
      absl::StrCat("limit: ", limit, " is out of range; give 1 to ", kMaxLimit));
}

template <typename T>
void Move(std::vector<T> from, google::protobuf::RepeatedPtrField<T>* to) {
  to->Reserve(static_cast<int>(from.size()));
  for (T& element : from) *to->Add() = std::move(element);
}

template <typename Response>
void AddNotes(std::vector<std::string> notes, Response* response) {
  for (std::string& note : notes) response->add_notes(std::move(note));
}

absl::StatusOr<std::map<std::string, v1::SweepSpec>> SpecsOf(const std::vector<v1::Run>& runs,
                                                             CampaignRepository campaigns) {
  std::map<std::string, v1::SweepSpec> specs;
  for (const v1::Run& run : runs) {
    if (specs.contains(run.campaign_id())) continue;
    BENCH_ASSIGN_OR_RETURN(v1::Campaign campaign, campaigns.Get(run.campaign_id()));
    specs[run.campaign_id()] = std::move(*campaign.mutable_spec());
  }
  return specs;
}

}  // namespace

absl::StatusOr<v1::ListCampaignsResponse> Queries::ListCampaigns(
    const v1::ListCampaignsRequest& request) {
  BENCH_ASSIGN_OR_RETURN(int limit, CheckLimit(request.limit()));
  BENCH_ASSIGN_OR_RETURN(std::vector<v1::Campaign> campaigns,
                         CampaignRepository(database_).List(limit));
  v1::ListCampaignsResponse response;
  Move(std::move(campaigns), response.mutable_campaigns());
  return response;
}

absl::StatusOr<v1::GetCampaignResponse> Queries::GetCampaign(
    const v1::GetCampaignRequest& request) {
  CampaignRepository campaigns(database_);
  BENCH_ASSIGN_OR_RETURN(std::string id, campaigns.Resolve(request.campaign_id()));
  v1::GetCampaignResponse response;
  BENCH_ASSIGN_OR_RETURN(*response.mutable_campaign(), campaigns.Get(id));
  RunRepository repository(database_);
  BENCH_ASSIGN_OR_RETURN(std::vector<v1::Run> runs, repository.OfCampaign(id));
  BENCH_ASSIGN_OR_RETURN(auto manifests, repository.ManifestsOf(runs));
  AddNotes(NotesOn(runs, {{id, response.campaign().spec()}}, manifests), &response);
  Move(SummarizeRepeats(runs), response.mutable_repeats());
  Move(std::move(runs), response.mutable_runs());
  return response;
}

absl::StatusOr<v1::ListRunsResponse> Queries::ListRuns(const v1::ListRunsRequest& request) {
  RunFilter filter;
  BENCH_ASSIGN_OR_RETURN(filter.limit, CheckLimit(request.limit()));
  if (!request.campaign_id().empty()) {
    BENCH_ASSIGN_OR_RETURN(filter.campaign_id,
                           CampaignRepository(database_).Resolve(request.campaign_id()));
  }
  filter.cpu_millis.assign(request.cpu_millis().begin(), request.cpu_millis().end());
  filter.node = request.node();
  filter.driver = request.driver();
  filter.buffer_presets.assign(request.buffer_preset().begin(), request.buffer_preset().end());
  if (request.since_unix_sec() != 0) {
    filter.since = absl::FromUnixSeconds(request.since_unix_sec());
  }
  filter.tags.insert(request.tags().begin(), request.tags().end());
  RunRepository repository(database_);
  BENCH_ASSIGN_OR_RETURN(std::vector<v1::Run> runs, repository.List(filter));
  BENCH_ASSIGN_OR_RETURN(auto specs, SpecsOf(runs, CampaignRepository(database_)));
  BENCH_ASSIGN_OR_RETURN(auto manifests, repository.ManifestsOf(runs));
  v1::ListRunsResponse response;
  AddNotes(NotesOn(runs, specs, manifests), &response);
  Move(std::move(runs), response.mutable_runs());
  return response;
}

absl::StatusOr<v1::GetRunResponse> Queries::GetRun(const v1::GetRunRequest& request) {
  RunRepository runs(database_);
  TrialRepository trials(database_);
  BENCH_ASSIGN_OR_RETURN(std::string id, runs.Resolve(request.run_id()));
  v1::GetRunResponse response;
  BENCH_ASSIGN_OR_RETURN(*response.mutable_run(), runs.Get(id));
  BENCH_ASSIGN_OR_RETURN(std::optional<v1::Manifest> manifest, runs.Manifest(id));
  if (manifest.has_value()) *response.mutable_manifest() = *std::move(manifest);
  if (request.with_trials()) {
    BENCH_ASSIGN_OR_RETURN(std::vector<v1::Trial> found, trials.OfRun(id));
    Move(std::move(found), response.mutable_trials());
  }
  if (request.with_samples()) {
    BENCH_ASSIGN_OR_RETURN(std::vector<v1::Sample> found,
                           trials.SamplesOf(id, response.run().attempt()));
    Move(std::move(found), response.mutable_samples());
  }
  return response;
}

absl::StatusOr<v1::GetProgressResponse> Queries::GetProgress(
    const v1::GetProgressRequest& request) {
  CampaignRepository campaigns(database_);
  BENCH_ASSIGN_OR_RETURN(std::string id, campaigns.Resolve(request.campaign_id()));
  v1::GetProgressResponse response;
  BENCH_ASSIGN_OR_RETURN(*response.mutable_campaign(), campaigns.Get(id));
  BENCH_ASSIGN_OR_RETURN(std::vector<v1::Run> runs, RunRepository(database_).OfCampaign(id));
  std::vector<std::string> running;
  for (const v1::Run& run : runs) {
    if (run.state() == v1::Run::RUNNING) running.push_back(run.id());
  }
  Move(std::move(runs), response.mutable_runs());
  Move(progress_.Of(running), response.mutable_progress());
  BENCH_ASSIGN_OR_RETURN(TrialPage page, TrialRepository(database_).StoredAfter(
                                             id, request.after_cursor(), kTrialsPerPage));
  Move(std::move(page.trials), response.mutable_trials());
  response.set_cursor(page.cursor);
  return response;
}

absl::StatusOr<v1::ListNodesResponse> Queries::ListNodes(const v1::ListNodesRequest&) {
  BENCH_ASSIGN_OR_RETURN(std::vector<v1::Node> nodes, NodeRepository(database_).List());
  v1::ListNodesResponse response;
  Move(std::move(nodes), response.mutable_nodes());
  return response;
}

}  // namespace bench
