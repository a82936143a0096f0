#include "controller/engine/transition.h"

#include <string>
#include <utility>
#include <vector>

#include "common/status/status_macros.h"
#include "controller/engine/convert.h"
#include "controller/storage/campaign_repository.h"
#include "controller/storage/run_repository.h"
#include "spdlog/spdlog.h"

namespace bench {

absl::Status StoreTransition(Database& database, const RunState& run,
                             const v1::FinishRequest* finish, absl::Time now) {
  RunRepository runs(database);
  BENCH_RETURN_IF_ERROR(runs.SaveSchedule(ToSchedule(run), now));
  // Without a lease, its reports are refused from here on.
  if (run.phase != RunPhase::kRunning) BENCH_RETURN_IF_ERROR(runs.ForgetReports(run.id));
  if (finish != nullptr && !finish->sensor().kind().empty()) {
    BENCH_RETURN_IF_ERROR(runs.SaveSensor(run.id, finish->sensor()));
  }
  if (run.phase == RunPhase::kDone || run.phase == RunPhase::kFailed) {
    v1::Result result = finish == nullptr ? v1::Result() : finish->result();
    if (run.phase == RunPhase::kFailed) {
      result.set_verdict(v1::Result::FAILED);
      result.set_message(run.reason);
    }
    BENCH_RETURN_IF_ERROR(
        runs.SaveOutcome(run.id, result, finish == nullptr ? v1::Usage() : finish->usage()));
  }
  if (!HasEnded(run)) return absl::OkStatus();
  return CampaignRepository(database).EndIfComplete(run.campaign_id, now);
}

absl::Status CancelOrphans(Database& database, absl::Time now) {
  CampaignRepository campaigns(database);
  BENCH_ASSIGN_OR_RETURN(std::vector<std::string> orphans, campaigns.Unfinished(kHeldByCommand));
  for (const std::string& id : orphans) {
    BENCH_RETURN_IF_ERROR(campaigns.MarkCancelRequested(id));
    BENCH_ASSIGN_OR_RETURN(std::vector<RunSchedule> runs, RunRepository(database).UnfinishedOf(id));
    for (const RunSchedule& schedule : runs) {
      RunState run = CancelRequested(ToRunState(schedule),
                                     "interrupted: the benchctl that ran it ended before it did");
      // Its worker ended with it, so its lease is over now.
      run = Expired(std::move(run), absl::InfiniteDuration());
      BENCH_RETURN_IF_ERROR(StoreTransition(database, run, nullptr, now));
    }
    BENCH_RETURN_IF_ERROR(campaigns.EndIfComplete(id, now));
    spdlog::info("campaign {} was interrupted; what it measured is kept", id);
  }
  return absl::OkStatus();
}

}  // namespace bench
