#include "worker/search/edge_plan.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "worker/search/edge_estimate.h"
#include "worker/search/ramp_plan.h"

namespace bench {
namespace {

// What follows was chosen by simulation (search_sim, docs/method.md).
// An end is known when the standard deviation of its logarithm is this part of the precision; more
// is gained in a zone by leaving it alone sooner.
constexpr double kTolerance = 0.75;
constexpr double kSoftTolerance = 0.6;
constexpr double kMostTolerance = 0.06;  // however coarse the precision: answers are to repeat
constexpr int kMostDecidingTrials = 13;
constexpr int kConfirmingTrials = 3;  // beyond those
constexpr double kConfirmedGood = 1.4;
// How far inside (outside) of what is wanted an end may have been tried, in precisions.
constexpr double kLowNear = 0.35;
constexpr double kHighNear = 1.5;
constexpr double kRounding = 1e-3;  // rates are whole
constexpr int kMostCandidates = 40;
// A zone wider than this is no answer.
constexpr double kWidestZone = 2;
constexpr double kWidestUnconfirmedZone = 1.5;
// Where a ring hides overloads: trials take as long as an overload of the precision needs to fill
// it and a half more, if there is time for a few such.
constexpr double kTimesFull = 1.5;
constexpr int kFewestLongTrials = 7;
constexpr double kOfTheDoubt = 1;
// How much of the way to the edge the ramp may leap over, and how far below the edge that matters.
constexpr double kWidestLeap = 1.3;
constexpr double kLookBelow = 1.4;
constexpr int kLooksBeforeTheLast = 2;

class Planner {
 public:
  Planner(const RateLedger& ledger, const SearchOptions& options, int deciding_trials)
      : ledger_(ledger),
        options_(options),
        deciding_trials_(deciding_trials),
        bracket_(ledger.bracket()),
        step_(1 + options.precision) {}

  PlanStep Plan() const {
    bool nothing_but_zone = bracket_.low == nullptr && !bracket_.zone.empty();
    if (bracket_.high == nullptr && !nothing_but_zone && !ReachedTheTop()) {
      return Follow(PlanUpwards(ledger_, options_));
    }
    if (HighIsDoubtful()) return Ask(TrialPhase::kConfirmation, bracket_.high->rate);
    if (bracket_.low == nullptr) return Follow(PlanDownwards(ledger_, options_));
    if (bracket_.high == nullptr) {
      const RatePoint* top = bracket_.low;
      if (!top->evidence.decided()) return Ask(TrialPhase::kConfirmation, top->rate);
      return End(Verdict::kGeneratorBound);
    }
    if (std::optional<double> rate = MiddleOfWhatWasLeaptOver()) {
      return Ask(TrialPhase::kRamp, *rate);
    }
    if (std::optional<double> rate = NearlyRejectedBelowGoodOnes()) {
      return Ask(TrialPhase::kConfirmation, *rate);
    }
    return PlanAtTheEdge();
  }

 private:
  PlanStep Ask(TrialPhase phase, double rate) const {
    const absl::Duration duration =
        phase == TrialPhase::kRamp ? options_.ramp_duration : DurationAt(rate, options_.precision);
    return {TrialRequest{.phase = phase, .syscalls_per_sec = rate, .duration = duration}};
  }

  static PlanStep End(Verdict verdict) { return {std::nullopt, verdict}; }

  PlanStep Follow(const RampStep& step) const {
    switch (step.kind) {
      case RampStep::Kind::kRamp:
        return Ask(TrialPhase::kRamp, step.syscalls_per_sec);
      case RampStep::Kind::kDecide:
        return Ask(TrialPhase::kBisection, step.syscalls_per_sec);
      case RampStep::Kind::kConfirm:
        return Ask(TrialPhase::kConfirmation, step.syscalls_per_sec);
      case RampStep::Kind::kEnd:
        break;
    }
    return End(step.verdict);
  }

  // Of a deciding trial. Where a ring hides an overload, until one of that share has filled it.
  absl::Duration DurationAt(double rate, double overload) const {
    if (options_.ring_syscalls <= 0) return options_.round_duration;
    absl::Duration full = absl::Seconds(kTimesFull * options_.ring_syscalls / (rate * overload));
    return std::clamp(full, options_.round_duration,
                      std::max(options_.round_duration, options_.time_budget / kFewestLongTrials));
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
    if (high == nullptr || high->evidence.decided()) return false;
    if (OnlyShortlyBad(high->rate) && GoodAbove(high->rate)) return true;
    if (high->clear_overload) return false;
    return bracket_.low == nullptr || high->rate > bracket_.low->rate * step_ * step_;
  }

  // A sensor may be overloaded at some rate and not at higher ones: where its work comes in
  // batches, say. The ramp's steps leap over much, so the widest gap near the edge is looked into,
  // too.
  std::optional<double> MiddleOfWhatWasLeaptOver() const {
    // A ring would hide what a short trial makes.
    if (deciding_trials_ > 0 || options_.ring_syscalls > 0) return std::nullopt;
    const double high = bracket_.high->rate;
    const double edge = std::min(ledger_.capacity().value_or(high), high);
    double widest = kWidestLeap;
    std::optional<double> middle;
    double below = 0;
    auto look = [&](double rate) {
      if (below > 0 && rate > edge / kLookBelow && rate > below * widest) {
        widest = rate / below;
        middle = options_.Clamped(std::sqrt(below * rate));
      }
      below = rate;
    };
    for (const auto& [rate, point] : ledger_.points()) {
      if (rate >= edge) break;
      if (point.evidence.good()) look(rate);
    }
    look(edge);
    return middle;
  }

  // Bad again when it was looked at again, while higher rates are good: the last look decides
  // whether it is the sensor or was chance.
  std::optional<double> NearlyRejectedBelowGoodOnes() const {
    for (const auto& [rate, point] : ledger_.points()) {
      const Evidence& seen = point.evidence;
      if (Rejected(point)) return std::nullopt;
      if (seen.bad_trials() < kLooksBeforeTheLast || seen.good_trials() > 0) continue;
      if (GoodAbove(rate * step_ * step_)) return rate;
    }
    return std::nullopt;
  }

  // The lowest rate that killed the sensor: none as high is tried again. Infinity: none did.
  double OomRate() const {
    for (const auto& [rate, point] : ledger_.points()) {
      if (point.evidence.oom()) return rate;
    }
    return std::numeric_limits<double>::infinity();
  }

  PlanStep PlanAtTheEdge() const {
    const EdgeEstimate estimate(ledger_, options_);
    if (deciding_trials_ < kMostDecidingTrials && !Known(estimate)) {
      PlanStep step = Ask(TrialPhase::kBisection, MostTelling(estimate.curve()));
      // While little is known, a shorter look at a larger overload tells as much.
      const double sd = estimate.curve().At(EdgeCurve::kSustainableShare).sd;
      step.request->duration = DurationAt(step.request->syscalls_per_sec,
                                          std::max(options_.precision, kOfTheDoubt * sd));
      return step;
    }
    if (std::optional<PlanStep> step = TryTheEnds(estimate)) return *step;
    EdgeEnds ends = estimate.Best();
    double widest =
        std::max(Confirmed(ends.sustainable) ? kWidestZone : kWidestUnconfirmedZone, step_ * step_);
    bool tight = ends.sustainable > 0 && ends.upper <= widest * ends.sustainable;
    return End(tight ? Verdict::kSustainable : Verdict::kUnstable);
  }

  bool Known(const EdgeEstimate& estimate) const {
    double tolerance =
        std::min(kMostTolerance,
                 kTolerance * (1 + kSoftTolerance * estimate.softness()) * options_.precision);
    return estimate.curve().At(EdgeCurve::kSustainableShare).sd <= tolerance &&
           estimate.curve().At(EdgeCurve::kUpperShare).sd <= tolerance;
  }

  bool Confirmed(double rate) const {
    return rate > 0 && ledger_.points().at(rate).seen.good >= kConfirmedGood;
  }

  bool GoodAbove(double rate) const {
    return std::any_of(ledger_.points().upper_bound(rate), ledger_.points().end(),
                       [](const auto& tried) { return tried.second.seen.good >= 1; });
  }

  bool OnlyShortlyBad(double rate) const {
    if (rate <= 0) return false;
    const RatePoint& point = ledger_.points().at(rate);
    return point.seen.short_bad > 0 && point.seen.any_bad() <= point.seen.short_bad &&
           !point.evidence.oom();
  }

  // Where the curve puts an end, it must have been tried; that is worth a few more trials.
  std::optional<PlanStep> TryTheEnds(const EdgeEstimate& estimate) const {
    EdgeEnds ends = estimate.NearTargets();
    int over_budget = deciding_trials_ - kMostDecidingTrials;
    if (over_budget < 2 * kConfirmingTrials) {
      double low = options_.Clamped(std::min(estimate.low_target(), OomRate() / std::sqrt(step_)));
      if (ends.sustainable * (1 + kLowNear * options_.precision) < low && !RejectedUpTo(low)) {
        PlanStep step = Ask(TrialPhase::kConfirmation, low);
        // Longer trials above it have shown what a ring could hide here.
        if (low <= estimate.vouched_for()) step.request->duration = options_.round_duration;
        return step;
      }
      double high = options_.Clamped(std::max(estimate.high_target(), ends.sustainable * step_));
      bool tried = ends.upper > 0 && ends.upper <= high * (1 + kHighNear * options_.precision);
      if (!tried && high < OomRate()) return Ask(TrialPhase::kConfirmation, high);
    }
    if (ends.sustainable == 0) return std::nullopt;
    bool too_far = ends.upper > ends.sustainable * step_ * (1 + kRounding);
    if (!ends.zone && too_far && over_budget < 0) {
      return Ask(TrialPhase::kBisection,
                 options_.Clamped(std::sqrt(ends.sustainable * ends.upper)));
    }
    if (over_budget < kConfirmingTrials && !Confirmed(ends.sustainable)) {
      return Ask(TrialPhase::kConfirmation, ends.sustainable);
    }
    // Three seconds of the ramp, in which something else may have happened, are no end.
    if (over_budget < kConfirmingTrials && OnlyShortlyBad(ends.upper)) {
      return Ask(TrialPhase::kConfirmation, ends.upper);
    }
    return std::nullopt;
  }

  // Some rate below it, or itself, was.
  bool RejectedUpTo(double rate) const {
    return std::any_of(ledger_.points().begin(), ledger_.points().end(), [rate](const auto& tried) {
      return tried.first <= rate && Rejected(tried.second);
    });
  }

  // Among the rates of a fixed grid, so that trials add up at the same ones.
  double MostTelling(const EdgeCurve& curve) const {
    const EdgeCurve::End low = curve.At(EdgeCurve::kSustainableShare);
    const EdgeCurve::End high = curve.At(EdgeCurve::kUpperShare);
    const double grid = std::log(step_) / 2;
    double from = std::log(low.rate) - 2 * low.sd - grid;
    double to = std::log(high.rate) + 2 * high.sd + grid;
    double stride = grid * std::max(1.0, std::ceil((to - from) / grid / kMostCandidates));
    const double oom = OomRate();
    double best = 0;
    double least = 0;
    for (double at = std::floor(from / grid) * grid; at <= to; at += stride) {
      double rate = options_.Clamped(std::exp(at));
      if (rate * std::sqrt(step_) > oom && best > 0) break;
      rate = std::min(rate, options_.Clamped(oom / std::sqrt(step_)));
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
  const int deciding_trials_;
  const Bracket bracket_;
  const double step_;  // 1 + precision
};

}  // namespace

std::optional<TrialRequest> PlanLastLook(const RateLedger& ledger, const SearchOptions& options) {
  const Bracket bracket = ledger.bracket();
  if (options.ring_syscalls <= 0 || bracket.low == nullptr || bracket.high == nullptr) {
    return std::nullopt;
  }
  const EdgeEstimate estimate(ledger, options);
  const double rate = options.Clamped(std::min(estimate.low_target(), estimate.vouched_for()));
  if (rate <= estimate.Best().sustainable * (1 + kLowNear * options.precision)) {
    return std::nullopt;
  }
  return TrialRequest{.phase = TrialPhase::kConfirmation,
                      .syscalls_per_sec = rate,
                      .duration = options.round_duration};
}

PlanStep PlanNextTrial(const RateLedger& ledger, const SearchOptions& options,
                       int deciding_trials) {
  return Planner(ledger, options, deciding_trials).Plan();
}

}  // namespace bench
