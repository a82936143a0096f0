#include "worker/search/drift.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "worker/search/edge_curve.h"

namespace bench {
namespace {

// Of ln(capacity) over the search. Most hosts hold still.
constexpr double kStep = 0.05;
constexpr int kSteps = 7;  // either way
constexpr double kHoldsStill = 0.85;
constexpr double kSure = 0.95;
constexpr double kFewestTrials = 6;

using Chances = std::array<double, 2 * kSteps + 1>;

double ChangeAt(size_t i) {
  return kStep * (static_cast<double>(i) - kSteps);
}

double LogEvidence(const RateLedger& ledger, double change, double precision) {
  const absl::Duration from = ledger.history().front().at;
  const absl::Duration over = ledger.history().back().at - from;
  const auto corrected = [&](double rate, absl::Duration at) {
    return rate * std::exp(-change * (absl::FDivDuration(at - from, over) - 0.5));
  };
  std::vector<EdgeObservation> seen;
  for (const TimedObservation& trial : ledger.history()) {
    seen.push_back(trial.seen);
    seen.back().rate = corrected(trial.seen.rate, trial.at);
  }
  std::vector<EdgeCurve::Capacity> capacities;
  for (const TimedCapacity& trial : ledger.capacity_history()) {
    capacities.push_back(trial.capacity);
    capacities.back().rate = corrected(trial.capacity.rate, trial.at);
  }
  return EdgeCurve(seen, capacities, /*guesses=*/{}, precision).log_evidence();
}

}  // namespace

Drift EstimateDrift(const RateLedger& ledger, double precision) {
  const std::vector<TimedObservation>& history = ledger.history();
  if (history.size() < kFewestTrials || history.front().at >= history.back().at) return {};
  Chances logs = {};
  for (size_t i = 0; i < logs.size(); ++i) {
    const double prior = i == kSteps ? kHoldsStill : (1 - kHoldsStill) / (2 * kSteps);
    logs[i] = std::log(prior) + LogEvidence(ledger, ChangeAt(i), precision);
  }
  const double most = *std::max_element(logs.begin(), logs.end());
  Chances chances = {};
  double sum = 0;
  for (size_t i = 0; i < logs.size(); ++i) sum += chances[i] = std::exp(logs[i] - most);
  Drift drift;
  for (size_t i = 0; i < logs.size(); ++i) drift.change += ChangeAt(i) * chances[i] / sum;

  // From the far end of its direction inwards, until enough lies beyond.
  const bool falls = drift.change < 0;
  double beyond = 0;
  for (size_t i = 0; i < logs.size(); ++i) {
    const size_t at = falls ? i : logs.size() - 1 - i;
    beyond += chances[at] / sum;
    if (beyond < kSure) continue;
    const double change = ChangeAt(at);
    if ((change < 0) == falls) drift.surely = change;
    break;
  }
  return drift;
}

}  // namespace bench
