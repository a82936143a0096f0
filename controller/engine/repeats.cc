#include "controller/engine/repeats.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>

namespace bench {
namespace {

struct Group {
  v1::RepeatSummary summary;
  std::vector<double> answers;
  std::vector<double> lower_bounds;
};

// What the run says that the cell sustains, or, where the generator bound it, at least; none where
// it came to no answer.
std::optional<double> AnswerOf(const v1::Run& run) {
  if (run.state() != v1::Run::DONE) return std::nullopt;
  switch (run.result().verdict()) {
    case v1::Result::SUSTAINABLE:
    case v1::Result::GENERATOR_BOUND:
      return run.result().sustainable().syscalls_per_sec();
    case v1::Result::BELOW_MINIMUM:
    case v1::Result::OUT_OF_MEMORY:
    case v1::Result::INFEASIBLE:
      return 0;
    default:
      return std::nullopt;
  }
}

void FillFigures(std::vector<double> rates, v1::RepeatSummary* summary) {
  if (rates.empty()) return;
  std::sort(rates.begin(), rates.end());
  const double median = (rates[(rates.size() - 1) / 2] + rates[rates.size() / 2]) / 2;
  summary->set_median_syscalls_per_sec(median);
  summary->set_lowest_syscalls_per_sec(rates.front());
  summary->set_highest_syscalls_per_sec(rates.back());
  if (median > 0) summary->set_spread((rates.back() - rates.front()) / median);
}

}  // namespace

std::vector<v1::RepeatSummary> SummarizeRepeats(const std::vector<v1::Run>& runs) {
  if (std::none_of(runs.begin(), runs.end(), [](const v1::Run& run) { return run.repeat() > 1; })) {
    return {};
  }
  std::vector<Group> groups;
  std::map<std::pair<std::string, std::string>, size_t> index;  // by node and cell
  for (const v1::Run& run : runs) {
    const auto [place, is_new] =
        index.try_emplace({run.node(), run.cell().SerializeAsString()}, groups.size());
    if (is_new) {
      Group& group = groups.emplace_back();
      *group.summary.mutable_cell() = run.cell();
      group.summary.set_node(run.node());
    }
    const std::optional<double> answer = AnswerOf(run);
    if (!answer) continue;
    Group& group = groups[place->second];
    const bool bound = run.result().verdict() == v1::Result::GENERATOR_BOUND;
    (bound ? group.lower_bounds : group.answers).push_back(*answer);
  }
  std::vector<v1::RepeatSummary> summaries;
  for (Group& group : groups) {
    group.summary.set_answers(static_cast<int32_t>(group.answers.size()));
    group.summary.set_lower_bounds(static_cast<int32_t>(group.lower_bounds.size()));
    FillFigures(group.answers.empty() ? group.lower_bounds : group.answers, &group.summary);
    summaries.push_back(std::move(group.summary));
  }
  return summaries;
}

}  // namespace bench
