#include "worker/search/edge_plan.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace bench {
namespace {

constexpr double kSmallestRampStep = 1.25;
constexpr double kLargestRampStep = 8;
constexpr double kRampStepUnknownShare = 2;
// The ramp aims beyond full use: an overloaded trial tells the capacity, a clean one does not.
constexpr double kRampAim = 1.3;
// A sensor may use its whole limit long before it loses anything; each such step makes the next a
// little longer, so that the ramp ends soon all the same.
constexpr double kSaturatedShare = 0.9;
constexpr double kSaturatedStepGrowth = 1.1;
constexpr double kSmallestExponent = 0.2;
constexpr double kHintStart = 0.8;
constexpr double kHintStep = 1.25;
constexpr double kFallBack = 2;     // below a bad rate near a hint
constexpr double kFarFallBack = 4;  // below one that the ramp jumped to
constexpr int kBadRatesBeforeHaste = 3;
// How far off a capacity may be that a trial suggested.
constexpr double kCapacityNear = 1.3;
// How far a hint may be off.
constexpr double kHintSd = 0.2;

// What follows was chosen by simulation (search_sim, docs/method.md).
// An end is known when the standard deviation of its logarithm is this part of the precision; more
// is gained in a zone by leaving it alone sooner.
constexpr double kTolerance = 0.75;
constexpr double kSoftTolerance = 0.6;
constexpr int kMostDecidingTrials = 14;
constexpr int kConfirmingTrials = 3;  // beyond those
constexpr double kConfirmedGood = 1.4;
// How far below (above) what is wanted an end may have been tried, in precisions.
constexpr double kSlack = 0.25;  // on the wrong side
constexpr double kLowNear = 0.7;
constexpr double kHighNear = 1.5;
// How sure an end is: the probability of its share being reached already below (above) it. Nearly
// even for a line; the lower end of a zone is to be safer.
constexpr double kLowDoubt = 0.45;
constexpr double kSoftLowDoubt = 0.08;
constexpr double kHighDoubt = 0.6;
// As wide as this, in precisions, an edge may be a line still; from this on it surely is a zone.
constexpr double kLineZone = 1.75;
constexpr double kSoftZone = 2.75;
constexpr double kRounding = 1e-3;  // rates are whole
constexpr int kMostCandidates = 40;
// A zone wider than this is no answer.
constexpr double kWidestZone = 2;
constexpr double kWidestUnconfirmedZone = 1.5;
// A burst of other events makes a trial bad at the lowest rate, too.
constexpr int kBadTrialsBelowMinimum = 3;
// As many bad trials at a rate, and hardly a good one, reject it whatever the curve says.
constexpr int kRejectingTrials = 3;
// Where a ring hides overloads: trials take as long as an overload of the precision needs to fill
// it and a half more, if there is time for a few such.
constexpr double kTimesFull = 1.5;
constexpr int kFewestLongTrials = 7;
constexpr double kMostHidden = 4;

class Planner {
 public:
  Planner(const RateLedger& ledger, const SearchOptions& options, const PlanGuides& guides)
      : ledger_(ledger),
        options_(options),
        guides_(guides),
        capacity_(guides.capacity),
        bracket_(ledger.bracket()),
        step_(1 + options.precision) {}

  PlanStep Plan() const {
    bool nothing_but_zone = bracket_.low == nullptr && !bracket_.zone.empty();
    if (bracket_.high == nullptr && !nothing_but_zone && !ReachedTheTop()) return PlanUpwards();
    if (HighIsDoubtful()) return Ask(TrialPhase::kConfirmation, bracket_.high->rate);
    if (bracket_.low == nullptr) return PlanDownwards();
    if (bracket_.high == nullptr) {
      const RatePoint* top = bracket_.low;
      if (!top->evidence.decided()) return Ask(TrialPhase::kConfirmation, top->rate);
      return End(Verdict::kGeneratorBound);
    }
    return PlanAtTheEdge();
  }

  EdgeEnds Ends() const {
    EdgeEnds ends;
    if (bracket_.low != nullptr) ends.sustainable = bracket_.low->rate;
    if (bracket_.high != nullptr) ends.upper = bracket_.high->rate;
    if (bracket_.low == nullptr || bracket_.high == nullptr) return ends;
    ends = EndsOn(Curve());
    // Too little was tried so far: what is known all the same.
    if (ends.sustainable == 0) ends.sustainable = bracket_.low->rate;
    if (ends.upper == 0) ends.upper = HighestBad();
    if (ends.sustainable >= ends.upper) ends.sustainable = HighestGoodBelow(ends.upper);
    ends.zone |= ends.upper > ends.sustainable * step_ * step_;
    return ends;
  }

 private:
  PlanStep Ask(TrialPhase phase, double rate) const {
    return {TrialRequest{
        .phase = phase,
        .syscalls_per_sec = rate,
        .duration = phase == TrialPhase::kRamp ? options_.ramp_duration : DurationAt(rate)}};
  }

  static PlanStep End(Verdict verdict) { return {std::nullopt, verdict}; }

  double Clamped(double rate) const {
    return std::clamp(std::round(rate), options_.min_syscalls_per_sec,
                      options_.max_syscalls_per_sec);
  }

  // Nothing is bad, and nothing higher can be offered.
  bool ReachedTheTop() const {
    const RatePoint* top = bracket_.top();
    return ledger_.ceiling() > 0 || (top != nullptr && top->rate >= options_.max_syscalls_per_sec);
  }

  // A burst of other events or a few drops of another ring make a trial bad at any rate. Before a
  // search goes far below such a rate, it looks again: climbing back costs much more.
  bool HighIsDoubtful() const {
    const RatePoint* high = bracket_.high;
    if (high == nullptr || high->evidence.decided() || high->clear_overload) return false;
    return bracket_.low == nullptr || high->rate > bracket_.low->rate * step_ * step_;
  }

  PlanStep PlanUpwards() const {
    const RatePoint* top = bracket_.top();
    // One shortfall may be a hiccup; a second, longer look settles the generator's ceiling.
    if (double doubtful = ledger_.DoubtfulAbove(top == nullptr ? 0 : top->rate); doubtful > 0) {
      return Ask(TrialPhase::kBisection, doubtful);
    }
    if (top == nullptr) {
      double start = options_.hint_syscalls_per_sec > 0
                         ? kHintStart * options_.hint_syscalls_per_sec
                         : options_.min_syscalls_per_sec;
      return Ask(TrialPhase::kRamp, Clamped(start));
    }
    if (!bracket_.zone.empty()) {
      return Ask(TrialPhase::kBisection, Clamped(std::floor(top->rate * step_)));
    }
    // A rate that was overloaded once turned out good: the edge is near, if the capacity is.
    if (capacity_ && top->rate < *capacity_ * kCapacityNear) {
      double near_step = std::max(1.1, 1 + 2 * options_.precision);
      return Ask(TrialPhase::kBisection,
                 Clamped(std::ceil(std::max(top->rate * near_step, *capacity_))));
    }
    return Ask(TrialPhase::kRamp, Clamped(std::ceil(top->rate * RampStep(*top))));
  }

  // Towards where the CPU share would pass its limit. A sensor's cost per event falls as the rate
  // rises, so the share grows by a power of the rate below one, told by the last two points.
  double RampStep(const RatePoint& top) const {
    if (top.rate < options_.hint_syscalls_per_sec) return kHintStep;
    if (top.cpu_share <= 0) return kRampStepUnknownShare;
    double smallest = kSmallestRampStep;
    const RatePoint* before = nullptr;
    for (const auto& [rate, point] : ledger_.points()) {
      if (point.cpu_share >= kSaturatedShare) smallest *= kSaturatedStepGrowth;
      if (point.cpu_share > 0 && rate < top.rate) before = &point;
    }
    double exponent = 1;
    if (before != nullptr) {
      exponent = std::clamp(
          std::log(top.cpu_share / before->cpu_share) / std::log(top.rate / before->rate),
          kSmallestExponent, 1.0);
    }
    return std::clamp(kRampAim * std::pow(top.cpu_share, -1 / exponent),
                      std::min(smallest, kLargestRampStep), kLargestRampStep);
  }

  // Nothing is good so far.
  PlanStep PlanDownwards() const {
    const RatePoint* bottom = bracket_.zone.empty() ? bracket_.high : bracket_.zone.front();
    if (bottom == nullptr) return End(Verdict::kGeneratorBound);  // it made nothing at all
    if (bottom->rate <= options_.min_syscalls_per_sec) {
      const Evidence& seen = bottom->evidence;
      if (!seen.decided() || (!seen.oom() && seen.bad_trials() < kBadTrialsBelowMinimum)) {
        return Ask(TrialPhase::kConfirmation, bottom->rate);
      }
      return End(bottom->evidence.oom() ? Verdict::kOutOfMemory : Verdict::kBelowMinimum);
    }
    if (!bracket_.zone.empty()) return Ask(TrialPhase::kBisection, Clamped(bottom->rate / step_));
    int bad_rates = 0;
    for (const auto& [rate, point] : ledger_.points()) bad_rates += point.evidence.bad() ? 1 : 0;
    if (capacity_ && *capacity_ < bottom->rate && bad_rates < kBadRatesBeforeHaste) {
      return Ask(TrialPhase::kBisection,
                 Clamped(std::min(*capacity_ / std::sqrt(step_), bottom->rate / step_)));
    }
    double fall = options_.hint_syscalls_per_sec > 0 && bad_rates < kBadRatesBeforeHaste
                      ? kFallBack
                      : kFarFallBack;
    return Ask(TrialPhase::kRamp, Clamped(std::floor(bottom->rate / fall)));
  }

  static bool IsBad(const RatePoint& point) {
    return point.seen.bad + point.seen.strong_bad + point.seen.short_bad > 0;
  }

  double HighestGoodBelow(double limit) const {
    double highest = 0;
    for (const auto& [rate, point] : ledger_.points()) {
      if (rate < limit && point.seen.good > 0) highest = rate;
    }
    return highest;
  }

  double HighestBad() const {
    double highest = 0;
    for (const auto& [rate, point] : ledger_.points()) {
      if (IsBad(point)) highest = rate;
    }
    return highest;
  }

  // The lowest rate that killed the sensor: none as high is tried again. Infinity: none did.
  double OomRate() const {
    for (const auto& [rate, point] : ledger_.points()) {
      if (point.evidence.oom()) return rate;
    }
    return std::numeric_limits<double>::infinity();
  }

  // Of a deciding trial. Where a ring hides an overload, until it is full.
  absl::Duration DurationAt(double rate) const {
    if (options_.ring_syscalls <= 0) return options_.round_duration;
    absl::Duration full =
        absl::Seconds(kTimesFull * options_.ring_syscalls / (rate * options_.precision));
    return std::clamp(full, options_.round_duration,
                      std::max(options_.round_duration, options_.time_budget / kFewestLongTrials));
  }

  EdgeCurve Curve() const {
    std::vector<EdgeObservation> seen;
    for (const auto& [rate, point] : ledger_.points()) {
      EdgeObservation good = point.seen;
      good.bad = good.strong_bad = good.short_bad = 0;
      EdgeObservation bad = point.seen;
      bad.good = 0;
      // No loss shows only that the ring could take the rest.
      if (options_.ring_syscalls > 0) {
        double hidden = options_.ring_syscalls / absl::ToDoubleSeconds(point.longest_good);
        good.rate = std::max(rate / kMostHidden, rate - hidden);
      }
      if (good.good > 0) seen.push_back(good);
      if (IsBad(point)) seen.push_back(bad);
    }
    std::vector<EdgeCurve::Guess> guesses;
    if (options_.hint_syscalls_per_sec > 0) {
      guesses.push_back({options_.hint_syscalls_per_sec, kHintSd});
    }
    return EdgeCurve(seen, guides_.capacities, guesses, options_.precision);
  }

  // 0: the edge is a line, as far as the precision can see; 1: a zone, surely.
  double Softness(const EdgeCurve& curve) const {
    double zone = std::log(curve.Quantile(EdgeCurve::kUpperShare, 0.5) /
                           curve.Quantile(EdgeCurve::kSustainableShare, 0.5));
    return std::clamp((zone / std::log(step_) - kLineZone) / (kSoftZone - kLineZone), 0.0, 1.0);
  }
  // In a zone the rates beside a doubtful one are doubtful too.
  double LowTarget(const EdgeCurve& curve) const {
    double doubt = kLowDoubt + (kSoftLowDoubt - kLowDoubt) * Softness(curve);
    return curve.Quantile(EdgeCurve::kSustainableShare, doubt);
  }
  static double HighTarget(const EdgeCurve& curve) {
    return curve.Quantile(EdgeCurve::kUpperShare, 1 - kHighDoubt);
  }

  // Rates that were tried; 0 where none is near enough to what the curve says.
  EdgeEnds EndsOn(const EdgeCurve& curve) const {
    EdgeEnds ends;
    ends.zone = Softness(curve) > 0;
    double slack = 1 + kSlack * options_.precision;
    double low = LowTarget(curve) * slack;
    for (const auto& [rate, point] : ledger_.points()) {
      // On conflict the lowest rejected rate wins.
      if (Rejected(point)) {
        ends.upper = rate;
        return ends;
      }
      if (rate <= low && point.seen.good > 0) ends.sustainable = rate;
    }
    double high = std::min(HighTarget(curve) / slack, OomRate());
    for (const auto& [rate, point] : ledger_.points()) {
      if (rate >= high && rate > ends.sustainable && IsBad(point)) {
        ends.upper = rate;
        return ends;
      }
    }
    return ends;
  }

  // By its own trials, whatever the others say.
  static bool Rejected(const RatePoint& point) {
    return point.evidence.oom() || (point.evidence.bad_trials() >= kRejectingTrials &&
                                    point.evidence.good_trials() * 3 < point.evidence.bad_trials());
  }

  PlanStep PlanAtTheEdge() const {
    EdgeCurve curve = Curve();
    EdgeCurve::End low = curve.At(EdgeCurve::kSustainableShare);
    EdgeCurve::End high = curve.At(EdgeCurve::kUpperShare);
    double tolerance = kTolerance * (1 + kSoftTolerance * Softness(curve)) * options_.precision;
    bool known = low.sd <= tolerance && high.sd <= tolerance;
    if (!known && guides_.deciding_trials < kMostDecidingTrials) {
      return Ask(TrialPhase::kBisection, MostTelling(curve, low, high));
    }
    EdgeEnds ends = EndsOn(curve);
    int over_budget = guides_.deciding_trials - kMostDecidingTrials;
    // Where the curve puts an end, it must have been tried; that is worth a few more.
    if (over_budget < 2 * kConfirmingTrials) {
      double wanted = Clamped(std::min(LowTarget(curve), OomRate() / std::sqrt(step_)));
      if (ends.sustainable * (1 + kLowNear * options_.precision) < wanted &&
          !RejectedUpTo(wanted)) {
        return Ask(TrialPhase::kConfirmation, wanted);
      }
      wanted = Clamped(std::max(HighTarget(curve), ends.sustainable * step_));
      bool tried = ends.upper > 0 && ends.upper <= wanted * (1 + kHighNear * options_.precision);
      if (!tried && wanted < OomRate()) return Ask(TrialPhase::kConfirmation, wanted);
    }
    bool too_far = ends.upper > ends.sustainable * step_ * (1 + kRounding);
    if (ends.sustainable > 0 && !ends.zone && too_far && over_budget < 0) {
      return Ask(TrialPhase::kBisection, Clamped(std::sqrt(ends.sustainable * ends.upper)));
    }
    if (ends.sustainable > 0 && over_budget < kConfirmingTrials &&
        ledger_.points().at(ends.sustainable).seen.good < kConfirmedGood) {
      return Ask(TrialPhase::kConfirmation, ends.sustainable);
    }
    ends = Ends();
    bool confirmed =
        ends.sustainable > 0 && ledger_.points().at(ends.sustainable).seen.good >= kConfirmedGood;
    double widest = std::max(confirmed ? kWidestZone : kWidestUnconfirmedZone, step_ * step_);
    bool tight = ends.sustainable > 0 && ends.upper <= widest * ends.sustainable;
    return End(tight ? Verdict::kSustainable : Verdict::kUnstable);
  }

  // Some rate below it, or itself, was.
  bool RejectedUpTo(double rate) const {
    for (const auto& [tried, point] : ledger_.points()) {
      if (tried <= rate && Rejected(point)) return true;
    }
    return false;
  }

  // Among the rates of a fixed grid, so that trials add up at the same ones.
  double MostTelling(const EdgeCurve& curve, const EdgeCurve::End& low,
                     const EdgeCurve::End& high) const {
    const double grid = std::log(step_) / 2;
    double from = std::log(low.rate) - 2 * low.sd - grid;
    double to = std::log(high.rate) + 2 * high.sd + grid;
    double stride = grid * std::max(1.0, std::ceil((to - from) / grid / kMostCandidates));
    const double oom = OomRate();
    double best = 0;
    double least = 0;
    for (double at = std::floor(from / grid) * grid; at <= to; at += stride) {
      double rate = Clamped(std::exp(at));
      if (rate * std::sqrt(step_) > oom && best > 0) break;
      rate = std::min(rate, Clamped(oom / std::sqrt(step_)));
      double variance = curve.ExpectedVariance(rate);
      if (best == 0 || variance < least) {
        best = rate;
        least = variance;
      }
    }
    return best;
  }

  const RateLedger& ledger_;
  const SearchOptions& options_;
  const PlanGuides& guides_;
  const std::optional<double> capacity_;
  const Bracket bracket_;
  const double step_;  // 1 + precision
};

}  // namespace

PlanStep PlanNextTrial(const RateLedger& ledger, const SearchOptions& options,
                       const PlanGuides& guides) {
  return Planner(ledger, options, guides).Plan();
}

EdgeEnds EndsOf(const RateLedger& ledger, const SearchOptions& options, const PlanGuides& guides) {
  return Planner(ledger, options, guides).Ends();
}

}  // namespace bench
