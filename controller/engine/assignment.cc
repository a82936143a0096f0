#include "controller/engine/assignment.h"

#include <vector>

#include "common/settings/settings_messages.h"
#include "common/status/status_macros.h"
#include "controller/engine/convert.h"
#include "controller/scheduler/hints.h"
#include "controller/storage/campaign_repository.h"
#include "controller/storage/run_repository.h"
#include "controller/storage/trial_repository.h"

namespace bench {
namespace {

constexpr size_t kMaxHints = 5;
constexpr int kMaxEarlierRuns = 20;

KnownRate ToKnownRate(const RunRate& rate, HintSource source) {
  return {source, rate.cell.cpu_millis(), rate.cell.memory_bytes(), rate.syscalls_per_sec,
          SettingsOf(rate.cell)};
}

absl::StatusOr<std::vector<KnownRate>> WhatIsKnown(Database& database, const RunState& run,
                                                   const v1::Cell& cell) {
  RunRepository runs(database);
  std::vector<KnownRate> known;
  if (run.attempt > 1) {
    BENCH_ASSIGN_OR_RETURN(std::vector<v1::Trial> trials, TrialRepository(database).OfRun(run.id));
    known.push_back({HintSource::kEarlierAttempt, cell.cpu_millis(), cell.memory_bytes(),
                     RateOfEarlierAttempt(ToKnownTrials(trials)), SettingsOf(cell)});
  }
  BENCH_ASSIGN_OR_RETURN(std::vector<RunRate> campaign, runs.RatesOfCampaign(run.campaign_id));
  for (const RunRate& rate : campaign) {
    known.push_back(
        ToKnownRate(rate, rate.node == run.node ? HintSource::kSameNode : HintSource::kOtherNode));
  }
  BENCH_ASSIGN_OR_RETURN(std::vector<RunRate> earlier,
                         runs.RatesOfEarlierCampaigns(run.campaign_id, run.node, kMaxEarlierRuns));
  for (const RunRate& rate : earlier) {
    known.push_back(ToKnownRate(rate, HintSource::kEarlierCampaign));
  }
  return known;
}

}  // namespace

absl::StatusOr<v1::Assignment> MakeAssignment(Database& database, const RunState& run,
                                              absl::Duration lease_ttl) {
  BENCH_ASSIGN_OR_RETURN(v1::Run stored, RunRepository(database).Get(run.id));
  BENCH_ASSIGN_OR_RETURN(v1::Campaign campaign, CampaignRepository(database).Get(run.campaign_id));
  const v1::Cell& cell = stored.cell();
  BENCH_ASSIGN_OR_RETURN(std::vector<KnownRate> known, WhatIsKnown(database, run, cell));

  v1::Assignment assignment;
  assignment.set_run_id(run.id);
  assignment.set_campaign_id(run.campaign_id);
  assignment.set_epoch(run.epoch);
  assignment.set_lease_ttl_sec(absl::ToDoubleSeconds(lease_ttl));
  assignment.set_attempt(run.attempt);
  *assignment.mutable_cell() = cell;
  *assignment.mutable_spec() = campaign.spec();
  for (double rate :
       ChooseHints(cell.cpu_millis(), cell.memory_bytes(), SettingsOf(cell), known, kMaxHints)) {
    v1::Hint* hint = assignment.add_hints();
    *hint->mutable_cell() = cell;
    hint->set_syscalls_per_sec(rate);
  }
  return assignment;
}

}  // namespace bench
