#include "worker/search/bisection_plan.h"

#include <algorithm>
#include <cmath>
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
// A zone wider than this is no answer.
constexpr double kWidestZone = 2;

class Planner {
 public:
  Planner(const RateLedger& ledger, const SearchOptions& options,
          std::optional<double> suggested_capacity)
      : ledger_(ledger),
        options_(options),
        capacity_(suggested_capacity),
        bracket_(ledger.bracket()),
        step_(1 + options.precision) {}

  PlanStep Plan() const {
    bool nothing_but_zone = bracket_.low == nullptr && !bracket_.zone.empty();
    if (bracket_.high == nullptr && !nothing_but_zone && !ReachedTheTop()) return PlanUpwards();
    if (HighIsDoubtful()) return Ask(TrialPhase::kConfirmation, bracket_.high->rate);
    if (bracket_.low == nullptr) return PlanDownwards();
    if (std::optional<double> rate = RateInWidestGap()) {
      return Ask(TrialPhase::kBisection, *rate);
    }
    // The upper end first: it takes fewer trials, and when it turns out to be good, what was spent
    // on the lower one is lost.
    for (const RatePoint* end : {bracket_.high, bracket_.low}) {
      if (end != nullptr && !end->evidence.decided()) {
        return Ask(TrialPhase::kConfirmation, end->rate);
      }
    }
    if (bracket_.high == nullptr) return End(Verdict::kGeneratorBound);
    bool narrow = bracket_.high->rate <= kWidestZone * bracket_.low->rate;
    return End(narrow ? Verdict::kSustainable : Verdict::kUnstable);
  }

 private:
  PlanStep Ask(TrialPhase phase, double rate) const {
    return {TrialRequest{
        .phase = phase,
        .syscalls_per_sec = rate,
        .duration = phase == TrialPhase::kRamp ? options_.ramp_duration : options_.round_duration}};
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
      if (!bottom->evidence.decided()) return Ask(TrialPhase::kConfirmation, bottom->rate);
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

  // Where two neighbours between the ends are further apart than the precision; unset: nowhere.
  std::optional<double> RateInWidestGap() const {
    std::vector<const RatePoint*> chain = {bracket_.low};
    chain.insert(chain.end(), bracket_.zone.begin(), bracket_.zone.end());
    if (bracket_.high != nullptr) chain.push_back(bracket_.high);
    for (size_t i = 0; i + 1 < chain.size(); ++i) {
      double below = chain[i]->rate;
      double above = chain[i + 1]->rate;
      if (above <= below * step_ * (1 + 1e-12)) continue;
      double rate = RateBetween(below, above, /*of_zone=*/i > 0 || i + 2 < chain.size());
      return rate > below && rate < above ? rate : std::sqrt(below * above);
    }
    return std::nullopt;
  }

  // Strictly between them, in whole syscalls/s where there is room for it.
  double RateBetween(double below, double above, bool of_zone) const {
    double middle = std::round(std::sqrt(below * above));
    double next_above = std::floor(below * step_);  // settles the bracket if it is bad
    double next_below = std::ceil(above / step_);   // settles it if it is good
    // One trial settles it either way.
    if (above <= below * step_ * step_) {
      return next_below <= next_above ? std::clamp(middle, next_below, next_above)
                                      : std::sqrt(below * above);
    }
    // Beside a zone the edge is near that zone; a smaller step down loses less of the answer.
    double half_step = std::sqrt(step_);
    if (of_zone) {
      return below == bracket_.low->rate ? std::max(middle, std::ceil(above / half_step))
                                         : std::min(middle, next_above);
    }
    if (!capacity_) return middle;
    // Just outside, the capacity was a little off, and the edge is near that end; far outside, it
    // was wrong.
    if (*capacity_ >= above) return *capacity_ < above * kCapacityNear ? next_below : middle;
    if (*capacity_ <= below) return *capacity_ > below / kCapacityNear ? next_above : middle;
    // The ends wanted are half a step below and above it.
    double wanted_low = std::round(*capacity_ / half_step);
    return wanted_low > below ? std::min(wanted_low, next_below) : next_above;
  }

  const RateLedger& ledger_;
  const SearchOptions& options_;
  const std::optional<double> capacity_;
  const Bracket bracket_;
  const double step_;  // 1 + precision
};

}  // namespace

PlanStep PlanNextTrial(const RateLedger& ledger, const SearchOptions& options,
                       std::optional<double> suggested_capacity) {
  return Planner(ledger, options, suggested_capacity).Plan();
}

}  // namespace bench
