#include "worker/search/edge_estimate.h"

#include <algorithm>
#include <cmath>

namespace bench {
namespace {

// How far a hint may be off.
constexpr double kHintSd = 0.2;

// What follows was chosen by simulation (search_sim, docs/method.md).
// How far on the wrong side of a target an end may have been tried, in precisions.
constexpr double kSlack = 0.25;
// How sure an end is: the probability of its share being reached already below (above) it. Nearly
// even for a line; the lower end of a zone is to be safer.
constexpr double kLowDoubt = 0.5;
constexpr double kSoftLowDoubt = 0.1;
constexpr double kHighDoubt = 0.6;
// Where a ring hides overloads, a trial that was good may have been none.
constexpr double kHiddenLowDoubt = 0.33;
// As wide as this, in precisions, an edge may be a line still; from this on it surely is a zone.
constexpr double kLineZone = 1.75;
constexpr double kSoftZone = 2.75;
// As many bad trials at a rate, and hardly a good one, reject it whatever the curve says.
constexpr int kRejectingTrials = 3;
// No lost event shows only that the ring could take the rest: what it hides, at most.
constexpr double kMostHidden = 4;

// The rate for which the good trials at this one vouch.
double ShownGood(const RatePoint& point, const SearchOptions& options) {
  if (options.ring_syscalls <= 0 || point.seen.good <= 0) return point.rate;
  const double hidden = options.ring_syscalls / absl::ToDoubleSeconds(point.longest_good);
  return std::max(point.rate / kMostHidden, point.rate - hidden);
}

EdgeCurve CurveOf(const RateLedger& ledger, const SearchOptions& options) {
  std::vector<EdgeObservation> seen;
  for (const auto& [rate, point] : ledger.points()) {
    EdgeObservation good = {.rate = rate, .good = point.seen.good};
    EdgeObservation bad = point.seen;
    bad.good = 0;
    good.rate = ShownGood(point, options);
    if (good.good > 0) seen.push_back(good);
    if (bad.any_bad() > 0) seen.push_back(bad);
  }
  std::vector<EdgeCurve::Guess> guesses;
  if (options.hint_syscalls_per_sec > 0) {
    guesses.push_back({options.hint_syscalls_per_sec, kHintSd});
  }
  return EdgeCurve(seen, ledger.capacities(), guesses, options.precision);
}

double SoftnessOf(const EdgeCurve& curve, double precision) {
  double zone = std::log(curve.Quantile(EdgeCurve::kUpperShare, 0.5) /
                         curve.Quantile(EdgeCurve::kSustainableShare, 0.5));
  return std::clamp((zone / std::log1p(precision) - kLineZone) / (kSoftZone - kLineZone), 0.0, 1.0);
}

double HighestGoodBelow(const RateLedger& ledger, double limit) {
  double highest = 0;
  for (const auto& [rate, point] : ledger.points()) {
    if (rate < limit && point.seen.good > 0) highest = rate;
  }
  return highest;
}

double HighestBad(const RateLedger& ledger) {
  double highest = 0;
  for (const auto& [rate, point] : ledger.points()) {
    if (point.seen.any_bad() > 0) highest = rate;
  }
  return highest;
}

}  // namespace

bool Rejected(const RatePoint& point) {
  const Evidence& seen = point.evidence;
  return seen.oom() ||
         (seen.bad_trials() >= kRejectingTrials && seen.good_trials() * 3 < seen.bad_trials());
}

EdgeEstimate::EdgeEstimate(const RateLedger& ledger, const SearchOptions& options)
    : ledger_(ledger), options_(options), curve_(CurveOf(ledger, options)) {
  softness_ = SoftnessOf(curve_, options.precision);
  // In a zone the rates beside a doubtful one are doubtful too.
  double doubt = kLowDoubt + (kSoftLowDoubt - kLowDoubt) * softness_;
  if (options.ring_syscalls > 0) doubt = std::min(doubt, kHiddenLowDoubt);
  low_target_ = curve_.Quantile(EdgeCurve::kSustainableShare, doubt);
  high_target_ = curve_.Quantile(EdgeCurve::kUpperShare, 1 - kHighDoubt);
}

double EdgeEstimate::vouched_for() const {
  double highest = 0;
  for (const auto& [rate, point] : ledger_.points()) {
    if (Rejected(point)) break;
    if (point.seen.good > 0) highest = std::max(highest, ShownGood(point, options_));
  }
  return highest;
}

EdgeEnds EdgeEstimate::NearTargets() const {
  EdgeEnds ends;
  ends.zone = softness_ > 0;
  double slack = 1 + kSlack * options_.precision;
  for (const auto& [rate, point] : ledger_.points()) {
    // On conflict the lowest rejected rate wins.
    if (Rejected(point)) {
      ends.upper = rate;
      return ends;
    }
    if (rate <= low_target_ * slack && point.seen.good > 0) ends.sustainable = rate;
  }
  for (const auto& [rate, point] : ledger_.points()) {
    if (rate >= high_target_ / slack && rate > ends.sustainable && point.seen.any_bad() > 0) {
      ends.upper = rate;
      return ends;
    }
  }
  return ends;
}

EdgeEnds EdgeEstimate::Best() const {
  Bracket bracket = ledger_.bracket();
  EdgeEnds ends = NearTargets();
  if (ends.sustainable == 0) ends.sustainable = bracket.low->rate;
  if (ends.upper == 0) ends.upper = HighestBad(ledger_);
  if (ends.sustainable >= ends.upper) {
    ends.sustainable = HighestGoodBelow(ledger_, ends.upper);
  }
  double step = 1 + options_.precision;
  ends.zone |= ends.upper > ends.sustainable * step * step;
  return ends;
}

EdgeEnds EndsOf(const RateLedger& ledger, const SearchOptions& options) {
  Bracket bracket = ledger.bracket();
  if (bracket.low != nullptr && bracket.high != nullptr) {
    return EdgeEstimate(ledger, options).Best();
  }
  EdgeEnds ends;
  if (bracket.low != nullptr) ends.sustainable = bracket.low->rate;
  if (bracket.high != nullptr) ends.upper = bracket.high->rate;
  return ends;
}

}  // namespace bench
