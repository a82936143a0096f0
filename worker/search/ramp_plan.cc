#include "worker/search/ramp_plan.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace bench {
namespace {

using Kind = RampStep::Kind;

constexpr double kSmallestStep = 1.25;
constexpr double kLargestStep = 8;
constexpr double kStepUnknownShare = 2;
// The ramp aims beyond full use: an overloaded trial tells the capacity, a clean one does not.
constexpr double kAim = 1.3;
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
constexpr double kSmallestNearStep = 1.1;
// A burst of other events makes a trial bad at the lowest rate, too.
constexpr int kBadTrialsBelowMinimum = 3;

RampStep End(Verdict verdict) {
  return {.verdict = verdict};
}

// Towards where the CPU share would pass its limit. A sensor's cost per event falls as the rate
// rises, so the share grows by a power of the rate below one, told by the last two points.
double StepAbove(const RatePoint& top, const RateLedger& ledger, const SearchOptions& options) {
  if (top.rate < options.hint_syscalls_per_sec) return kHintStep;
  if (top.cpu_share <= 0) return kStepUnknownShare;
  double smallest = kSmallestStep;
  const RatePoint* before = nullptr;
  for (const auto& [rate, point] : ledger.points()) {
    if (point.cpu_share >= kSaturatedShare) smallest *= kSaturatedStepGrowth;
    if (point.cpu_share > 0 && rate < top.rate) before = &point;
  }
  double exponent = 1;
  if (before != nullptr) {
    exponent =
        std::clamp(std::log(top.cpu_share / before->cpu_share) / std::log(top.rate / before->rate),
                   kSmallestExponent, 1.0);
  }
  return std::clamp(kAim * std::pow(top.cpu_share, -1 / exponent), std::min(smallest, kLargestStep),
                    kLargestStep);
}

}  // namespace

RampStep PlanUpwards(const RateLedger& ledger, const SearchOptions& options) {
  const Bracket bracket = ledger.bracket();
  const RatePoint* top = bracket.top();
  // One shortfall may be a hiccup; a second, longer look settles the generator's ceiling.
  if (double doubtful = ledger.DoubtfulAbove(top == nullptr ? 0 : top->rate); doubtful > 0) {
    return {Kind::kDecide, doubtful};
  }
  if (top == nullptr) {
    double start = options.hint_syscalls_per_sec > 0 ? kHintStart * options.hint_syscalls_per_sec
                                                     : options.min_syscalls_per_sec;
    return {Kind::kRamp, options.Clamped(start)};
  }
  if (!bracket.zone.empty()) {
    return {Kind::kDecide, options.Clamped(std::floor(top->rate * (1 + options.precision)))};
  }
  // A rate that was overloaded once turned out good: the edge is near, if the capacity is.
  std::optional<double> capacity = ledger.capacity();
  if (capacity && top->rate < *capacity * kCapacityNear) {
    double near_step = std::max(kSmallestNearStep, 1 + 2 * options.precision);
    return {Kind::kDecide, options.Clamped(std::ceil(std::max(top->rate * near_step, *capacity)))};
  }
  return {Kind::kRamp, options.Clamped(std::ceil(top->rate * StepAbove(*top, ledger, options)))};
}

RampStep PlanDownwards(const RateLedger& ledger, const SearchOptions& options) {
  const Bracket bracket = ledger.bracket();
  const double step = 1 + options.precision;
  const RatePoint* bottom = bracket.zone.empty() ? bracket.high : bracket.zone.front();
  if (bottom == nullptr) return End(Verdict::kGeneratorBound);  // it made nothing at all
  if (bottom->rate <= options.min_syscalls_per_sec) {
    const Evidence& seen = bottom->evidence;
    if (!seen.decided() || (!seen.oom() && seen.bad_trials() < kBadTrialsBelowMinimum)) {
      return {Kind::kConfirm, bottom->rate};
    }
    return End(seen.oom() ? Verdict::kOutOfMemory : Verdict::kBelowMinimum);
  }
  if (!bracket.zone.empty()) return {Kind::kDecide, options.Clamped(bottom->rate / step)};
  int bad_rates = 0;
  for (const auto& [rate, point] : ledger.points()) bad_rates += point.evidence.bad() ? 1 : 0;
  const bool in_haste = bad_rates >= kBadRatesBeforeHaste;
  std::optional<double> capacity = ledger.capacity();
  if (capacity && *capacity < bottom->rate && !in_haste) {
    return {Kind::kDecide,
            options.Clamped(std::min(*capacity / std::sqrt(step), bottom->rate / step))};
  }
  double fall = options.hint_syscalls_per_sec > 0 && !in_haste ? kFallBack : kFarFallBack;
  return {Kind::kRamp, options.Clamped(std::floor(bottom->rate / fall))};
}

}  // namespace bench
