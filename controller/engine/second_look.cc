#include "controller/engine/second_look.h"

#include <algorithm>
#include <string>
#include <utility>

#include "common/settings/settings_messages.h"
#include "common/stats/quantile.h"
#include "common/status/status_macros.h"
#include "controller/engine/convert.h"
#include "controller/scheduler/contradictions.h"
#include "controller/storage/campaign_repository.h"
#include "controller/storage/run_repository.h"
#include "google/protobuf/util/message_differencer.h"
#include "spdlog/spdlog.h"

namespace bench {
namespace {

using ::google::protobuf::util::MessageDifferencer;

// The runs of one cell on one node.
struct MeasuredCell {
  v1::Cell cell;
  std::string node;
  int runs = 0;
  int last_repeat = 0;
  std::vector<double> rates;  // of those that found both ends, or that there is none
};

std::vector<MeasuredCell> CellsOf(const std::vector<v1::Run>& runs) {
  std::vector<MeasuredCell> cells;
  for (const v1::Run& run : runs) {
    auto same = [&run](const MeasuredCell& each) {
      return each.node == run.node() && MessageDifferencer::Equals(each.cell, run.cell());
    };
    auto at = std::find_if(cells.begin(), cells.end(), same);
    if (at == cells.end()) at = cells.insert(at, {.cell = run.cell(), .node = run.node()});
    ++at->runs;
    at->last_repeat = std::max(at->last_repeat, run.repeat());
    // A generator's ceiling says nothing of the sensor; to have no clean rate does.
    if (run.result().verdict() == v1::Result::SUSTAINABLE) {
      at->rates.push_back(run.result().sustainable().syscalls_per_sec());
    } else if (run.result().verdict() == v1::Result::BELOW_MINIMUM) {
      at->rates.push_back(0);
    }
  }
  return cells;
}

}  // namespace

absl::StatusOr<std::vector<RunState>> StoreSecondLooks(Database& database, IdGenerator& ids,
                                                       const RunState& last,
                                                       const v1::Result& result, absl::Time now) {
  RunRepository runs(database);
  BENCH_ASSIGN_OR_RETURN(std::vector<v1::Run> all, runs.OfCampaign(last.campaign_id));
  for (v1::Run& run : all) {
    if (run.id() == last.id) {
      *run.mutable_result() = result;
      run.set_node(last.node);
    } else if (run.state() == v1::Run::QUEUED || run.state() == v1::Run::RUNNING) {
      return std::vector<RunState>();
    }
  }
  BENCH_ASSIGN_OR_RETURN(v1::Campaign campaign, CampaignRepository(database).Get(last.campaign_id));
  std::vector<MeasuredCell> cells = CellsOf(all);
  std::erase_if(cells, [](const MeasuredCell& each) { return each.rates.empty(); });
  std::vector<CellAnswer> answers;
  answers.reserve(cells.size());
  for (const MeasuredCell& each : cells) {
    answers.push_back({each.node, each.cell.cpu_millis(), each.cell.memory_bytes(),
                       Median(each.rates), SettingsOf(each.cell)});
  }
  std::vector<RunState> more;
  for (size_t index : Contradicting(answers, campaign.spec().precision())) {
    const MeasuredCell& cell = cells[index];
    if (cell.runs > campaign.spec().repeats()) continue;  // had its second look
    RunState run;
    run.id = ids.Next("r", now);
    run.campaign_id = last.campaign_id;
    BENCH_ASSIGN_OR_RETURN(run.position, runs.NextPosition());
    run.wanted_node = cell.node;
    run.max_attempts = campaign.spec().retries() + 1;
    BENCH_RETURN_IF_ERROR(runs.Insert(ToSchedule(run), cell.cell, cell.last_repeat + 1, now));
    spdlog::info("run {}: {} millicores on node {} again, as its answer contradicts a neighbour's",
                 run.id, cell.cell.cpu_millis(), cell.node);
    more.push_back(std::move(run));
  }
  return more;
}

}  // namespace bench
