#include "worker/search/rate_ledger.h"

#include <algorithm>
#include <cmath>
#include <iterator>

namespace bench {
namespace {

constexpr int kShortfallsOutOfReach = 2;
// Achieved rates this near above a known one count for the known one.
constexpr double kCeilingWavers = 1.05;
// A shorter trial does not tell how bad an overload is, and its capacity less exactly.
constexpr absl::Duration kTellingTrial = absl::Seconds(5);
constexpr double kShortTrialError = 0.04;
constexpr double kLongTrialError = 0.02;
// As many bad trials: it would happen again.
constexpr double kOomCounts = 3;

double PartOfATrial(absl::Duration duration) {
  // A backlog shows soon; more time tells little more.
  return std::sqrt(std::clamp(absl::FDivDuration(duration, Evidence::kFullTrial), 0.0, 1.0));
}

bool OutOfReach(const RatePoint& point) {
  return point.shortfalls >= kShortfallsOutOfReach && !point.evidence.decided();
}

}  // namespace

RatePoint& RateLedger::At(double rate) {
  RatePoint& point = points_[rate];
  point.rate = rate;
  point.seen.rate = rate;
  return point;
}

void RateLedger::See(RatePoint& point, double EdgeObservation::*how, double weight) {
  point.seen.*how += weight;
  TimedObservation once = {.at = now_, .seen = {.rate = point.rate}};
  once.seen.*how = weight;
  history_.push_back(once);
}

void RateLedger::AddGood(double rate, absl::Duration trial_duration, double cpu_share) {
  RatePoint& point = At(rate);
  point.evidence.AddGood(trial_duration);
  See(point, &EdgeObservation::good, PartOfATrial(trial_duration));
  point.longest_good = std::max(point.longest_good, trial_duration);
  point.cpu_share = cpu_share;
}

void RateLedger::AddShortfall(double asked, double achieved, absl::Duration trial_duration,
                              double cpu_share) {
  RatePoint& wanted = At(asked);
  ++wanted.shortfalls;
  if (wanted.shortfalls >= kShortfallsOutOfReach && (ceiling_ == 0 || asked < ceiling_)) {
    ceiling_ = asked;
  }
  if (achieved <= 0) return;
  double rate = achieved;
  auto above = points_.upper_bound(achieved);
  if (above != points_.begin()) {
    const RatePoint& below = std::prev(above)->second;
    if (below.rate * kCeilingWavers >= achieved && below.evidence.good() && !OutOfReach(below)) {
      rate = below.rate;
    }
  }
  AddGood(rate, trial_duration, cpu_share);
}

void RateLedger::AddBad(double rate, bool strong, absl::Duration trial_duration,
                        bool clear_overload) {
  RatePoint& point = At(rate);
  point.evidence.AddBad(strong);
  bool tells_how = strong || trial_duration >= kTellingTrial;
  See(point,
      strong      ? &EdgeObservation::strong_bad
      : tells_how ? &EdgeObservation::bad
                  : &EdgeObservation::short_bad,
      PartOfATrial(trial_duration));
  point.clear_overload |= clear_overload;
}

void RateLedger::AddOom(double rate) {
  RatePoint& point = At(rate);
  point.evidence.AddOom();
  See(point, &EdgeObservation::strong_bad, kOomCounts);
}

void RateLedger::AddCapacity(double syscalls_per_sec, double doubt, absl::Duration trial_duration) {
  const double error = trial_duration < kTellingTrial ? kShortTrialError : kLongTrialError;
  capacities_.push_back({syscalls_per_sec, std::hypot(error, doubt)});
  capacity_history_.push_back({now_, capacities_.back()});
  if (trial_duration < capacity_trial_) return;
  capacity_ = syscalls_per_sec;
  capacity_trial_ = trial_duration;
}

Bracket RateLedger::bracket() const {
  Bracket bracket;
  double zone_ends = 0;
  for (const auto& [rate, point] : points_) {
    if (point.evidence.state() == Evidence::State::kUntried || OutOfReach(point)) continue;
    if (point.evidence.bad()) {
      bracket.high = &point;
      break;
    }
    if (!point.evidence.good()) zone_ends = rate * zone_reach_;
    if (point.evidence.good() && rate >= zone_ends) {
      bracket.low = &point;
      bracket.zone.clear();
    } else {
      bracket.zone.push_back(&point);
    }
  }
  return bracket;
}

double RateLedger::DoubtfulAbove(double rate) const {
  for (auto it = points_.upper_bound(rate); it != points_.end(); ++it) {
    if (it->second.shortfalls == 1 && it->second.evidence.state() == Evidence::State::kUntried) {
      return it->first;
    }
  }
  return 0;
}

}  // namespace bench
