#include "worker/search/bisection_search.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "common/units/quantity.h"

namespace bench {
namespace {

// What the trial was really about. A generator that fell short while the sensor was overloaded
// shows that the *achieved* rate is too much.
double EffectiveRate(const TrialOutcome& outcome) {
  double asked = outcome.request.syscalls_per_sec;
  double achieved = outcome.achieved_syscalls_per_sec;
  return achieved > 0 && achieved < kGeneratorShortfall * asked ? achieved : asked;
}

std::string Rate(double per_sec) {
  return absl::StrCat(FormatRate(per_sec), "/s");
}

std::string DescribeZone(const Bracket& bracket) {
  return absl::StrJoin(bracket.zone, ", ", [](std::string* out, const RatePoint* point) {
    const Evidence& evidence = point->evidence;
    absl::StrAppend(out, Rate(point->rate), " bad in ", evidence.bad_trials(), " of ",
                    evidence.good_trials() + evidence.bad_trials());
  });
}

}  // namespace

BisectionSearch::BisectionSearch(const SearchOptions& options)
    : options_(options),
      ledger_(std::max(kZoneReach, (1 + options.precision) * (1 + options.precision))) {}

PlanStep BisectionSearch::Plan() const {
  if (trials_ >= kMaxTrials) return {std::nullopt, Verdict::kUnstable};
  if (trials_ >= kFewestTrialsForNoisyHost && 2 * void_trials_ > trials_) {
    return {std::nullopt, Verdict::kNoisyHost};
  }
  if (again_) return {again_};
  return PlanNextTrial(ledger_, options_, capacity_);
}

std::optional<TrialRequest> BisectionSearch::Next(absl::Duration elapsed) {
  if (verdict_ || asked_) return asked_;
  PlanStep step = Plan();
  if (!step.request) {
    verdict_ = step.verdict;
  } else if (elapsed + step.request->duration > options_.time_budget) {
    verdict_ = Verdict::kTimedOut;
  } else {
    asked_ = step.request;
  }
  return asked_;
}

void BisectionSearch::Record(const TrialOutcome& outcome) {
  asked_.reset();
  again_.reset();
  ++trials_;
  RecordEvidence(outcome);
  report_.push_back(
      absl::StrFormat("trial %d: %s %s for %s: %s, %s", trials_,
                      TrialPhaseName(outcome.request.phase), Rate(outcome.request.syscalls_per_sec),
                      FormatSeconds(absl::ToDoubleSeconds(outcome.request.duration)),
                      TrialClassName(outcome.judgement.trial_class), outcome.judgement.reason));
}

void BisectionSearch::RecordEvidence(const TrialOutcome& outcome) {
  const TrialRequest& request = outcome.request;
  double rate = EffectiveRate(outcome);
  switch (outcome.judgement.trial_class) {
    case TrialClass::kNoise:
      ++other_drops_trials_;
      [[fallthrough]];
    case TrialClass::kGood:
      ledger_.AddGood(rate, request.duration, outcome.sensor_cpu_share);
      return;
    case TrialClass::kGenerator:
      ledger_.AddShortfall(request.syscalls_per_sec,
                           std::min(outcome.achieved_syscalls_per_sec, request.syscalls_per_sec),
                           request.duration, outcome.sensor_cpu_share);
      return;
    case TrialClass::kOutput:
      ++output_trials_;
      ledger_.AddBad(rate, /*strong=*/false, /*clear_overload=*/false);
      return;
    case TrialClass::kBad:
    case TrialClass::kStrongBad:
      ledger_.AddBad(rate, outcome.judgement.trial_class == TrialClass::kStrongBad,
                     outcome.judgement.capacity_syscalls_per_sec.has_value());
      LearnCapacity(outcome);
      return;
    case TrialClass::kOom:
      ledger_.AddOom(rate);
      last_oom_ = outcome.judgement.reason;
      return;
    case TrialClass::kVoid:
      ++void_trials_;
      again_ = request;
      return;
  }
}

void BisectionSearch::LearnCapacity(const TrialOutcome& outcome) {
  const std::optional<double>& suggested = outcome.judgement.capacity_syscalls_per_sec;
  // A longer trial knows better.
  if (!suggested || *suggested <= 0 || outcome.request.duration < capacity_trial_) return;
  capacity_ = suggested;
  capacity_trial_ = outcome.request.duration;
}

double BisectionSearch::lower_syscalls_per_sec() const {
  Bracket bracket = ledger_.bracket();
  return bracket.low == nullptr ? 0 : bracket.low->rate;
}

double BisectionSearch::upper_syscalls_per_sec() const {
  Bracket bracket = ledger_.bracket();
  return bracket.high == nullptr ? 0 : bracket.high->rate;
}

SearchResult BisectionSearch::Result() const {
  Bracket bracket = ledger_.bracket();
  SearchResult result;
  result.verdict = verdict_.value_or(Verdict::kTimedOut);
  if (bracket.low != nullptr) {
    result.sustainable_syscalls_per_sec = bracket.low->rate;
    result.confirmed_trials = bracket.low->evidence.good_trials();
  }
  if (bracket.high != nullptr) result.upper_syscalls_per_sec = bracket.high->rate;
  result.flags = Flags(bracket);
  result.message = Message(bracket);
  result.report = report_;
  return result;
}

std::vector<std::string> BisectionSearch::Flags(const Bracket& bracket) const {
  std::vector<std::string> flags;
  auto add = [&flags](bool holds, absl::string_view flag) {
    if (holds) flags.emplace_back(flag);
  };
  add(!bracket.zone.empty(), kFlagSoftEdge);
  add(bracket.low != nullptr && bracket.high != nullptr && bracket.high->evidence.oom(),
      kFlagOomAbove);
  add(bracket.low != nullptr && bracket.low->rate >= options_.max_syscalls_per_sec, kFlagMaxRate);
  add(output_trials_ > 0, kFlagOutputLoss);
  add(other_drops_trials_ > 0, kFlagOtherDrops);
  add(void_trials_ > 0, kFlagVoidTrials);
  return flags;
}

std::string BisectionSearch::Message(const Bracket& bracket) const {
  std::string low = bracket.low == nullptr ? "no rate" : Rate(bracket.low->rate);
  std::string known = absl::StrCat("clean up to ", low);
  if (bracket.high != nullptr) {
    absl::StrAppend(&known, ", overloaded at ", Rate(bracket.high->rate));
  }
  if (!bracket.zone.empty()) absl::StrAppend(&known, "; between: ", DescribeZone(bracket));
  std::string voids = absl::StrCat(void_trials_, " of ", trials_, " trials void");
  switch (verdict_.value_or(Verdict::kTimedOut)) {
    case Verdict::kSustainable:
      if (bracket.high->evidence.oom()) absl::StrAppend(&known, " (", last_oom_, ")");
      return known;
    case Verdict::kGeneratorBound:
      if (bracket.low == nullptr) return "the generator made no load at all";
      if (ledger_.ceiling() == 0) return absl::StrCat(known, ", the highest rate allowed");
      return absl::StrCat(known, ", more than ", low, " the generator could not make");
    case Verdict::kOutOfMemory:
      return absl::StrCat(last_oom_, " at every rate down to ", Rate(options_.min_syscalls_per_sec),
                          "; give it more memory");
    case Verdict::kBelowMinimum:
      return absl::StrCat("overloaded even at ", Rate(options_.min_syscalls_per_sec),
                          ", the lowest rate tried; give it more CPU");
    case Verdict::kNoisyHost:
      return absl::StrCat("the host stood still too often: ", voids, "; ", known,
                          "; try again on a quieter host");
    case Verdict::kUnstable:
      return absl::StrCat("the answers contradict each other after ", trials_, " trials; ", known);
    default:
      return absl::StrCat("not finished after ", trials_, " trials; best so far: ", known,
                          "; give it more time or a coarser precision");
  }
}

}  // namespace bench
