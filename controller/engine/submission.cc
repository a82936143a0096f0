#include "controller/engine/submission.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/settings/settings_messages.h"
#include "common/status/status_macros.h"
#include "controller/engine/convert.h"
#include "controller/storage/campaign_repository.h"
#include "controller/storage/run_repository.h"
#include "controller/storage/time_text.h"

namespace bench {
namespace {

// A run for a node that is misspelt would wait for ever.
absl::Status CheckNodesAreKnown(const v1::SweepSpec& spec, const std::set<std::string>& known) {
  for (const std::string& node : spec.nodes()) {
    if (known.count(node) > 0) continue;
    return absl::NotFoundError(
        absl::StrCat("nodes: no worker has registered as '", node,
                     "' yet (known: ", known.empty() ? "none" : absl::StrJoin(known, ", "),
                     "): correct the name, or start `bench-worker --node ", node, "` first"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Submission> StoreSubmission(Database& database, IdGenerator& ids,
                                           const v1::SubmitSweepRequest& request,
                                           const std::set<std::string>& known_nodes,
                                           absl::string_view held_by, absl::Time now) {
  CampaignRepository campaigns(database);
  RunRepository runs(database);
  Submission submission;
  BENCH_ASSIGN_OR_RETURN(std::optional<std::string> before,
                         campaigns.FindByRequest(request.request_id()));
  if (before.has_value()) {
    submission.campaign_id = *before;
    return submission;
  }
  Sweep sweep = ToSweep(request.spec());
  BENCH_RETURN_IF_ERROR(ValidateSweep(sweep));
  BENCH_RETURN_IF_ERROR(CheckNodesAreKnown(request.spec(), known_nodes));

  v1::Campaign campaign;
  campaign.set_id(ids.Next("c", now));
  campaign.set_name(request.name());
  *campaign.mutable_created_at() = ToTimestamp(now);
  *campaign.mutable_tags() = request.tags();
  *campaign.mutable_spec() = request.spec();
  BENCH_RETURN_IF_ERROR(campaigns.Insert(campaign, request.request_id(), held_by));
  submission.campaign_id = campaign.id();

  BENCH_ASSIGN_OR_RETURN(int64_t position, runs.NextPosition());
  for (const PlannedRun& planned : ExpandSweep(sweep)) {
    RunState run;
    run.id = ids.Next("r", now);
    run.campaign_id = campaign.id();
    run.position = position++;
    run.wanted_node = planned.node;
    run.max_attempts = sweep.retries + 1;
    v1::Cell cell;
    cell.set_cpu_millis(planned.cpu_millis);
    cell.set_memory_bytes(planned.memory_bytes);
    SetSettings(planned.settings, &cell);
    BENCH_RETURN_IF_ERROR(runs.Insert(ToSchedule(run), cell, planned.repeat, now));
    submission.runs.push_back(std::move(run));
  }
  return submission;
}

}  // namespace bench
