#include "worker/search/edge_search.h"

#include <algorithm>
#include <cmath>

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

// The trials between the ends, and at them.
std::string DescribeZone(const RateLedger& ledger, const EdgeEnds& ends) {
  std::vector<std::string> rates;
  for (const auto& [rate, point] : ledger.points()) {
    int trials = point.evidence.good_trials() + point.evidence.bad_trials();
    if (rate < ends.sustainable || rate > ends.upper || trials == 0) continue;
    rates.push_back(
        absl::StrCat(Rate(rate), " bad in ", point.evidence.bad_trials(), " of ", trials));
  }
  return absl::StrJoin(rates, ", ");
}

}  // namespace

EdgeSearch::EdgeSearch(const SearchOptions& options)
    : options_(options),
      ledger_(std::max(kZoneReach, (1 + options.precision) * (1 + options.precision))) {}

PlanStep EdgeSearch::Plan() const {
  if (trials_ >= kMaxTrials) return {std::nullopt, Verdict::kUnstable};
  if (trials_ >= kFewestTrialsForNoisyHost && 2 * void_trials_ > trials_) {
    return {std::nullopt, Verdict::kNoisyHost};
  }
  if (again_) return {again_};
  return PlanNextTrial(ledger_, options_, deciding_trials_);
}

Verdict EdgeSearch::VerdictAtTheEnd(Verdict planned) {
  if (planned == Verdict::kOutOfMemory && memory_kills_ == 0) return Verdict::kFailed;
  // Where a ring hides overloads, early trials are shorter and show less of them: no drift.
  if (planned != Verdict::kSustainable || options_.ring_syscalls > 0) return planned;
  drift_ = EstimateDrift(ledger_, options_.precision);
  const double most = kDriftInPrecisions * std::log1p(options_.precision);
  return std::abs(drift_.surely) >= most ? Verdict::kUnstable : planned;
}

// Nothing was bad, and more could not be offered: all that was left to do is to look once more.
Verdict EdgeSearch::VerdictWhenTimeIsUp() const {
  const Bracket bracket = ledger_.bracket();
  const RatePoint* top = bracket.top();
  const bool nothing_bad = bracket.high == nullptr && bracket.zone.empty();
  const bool looked = top != nullptr && top->longest_good >= options_.round_duration;
  return ledger_.ceiling() > 0 && nothing_bad && looked ? Verdict::kGeneratorBound
                                                        : Verdict::kTimedOut;
}

std::optional<TrialRequest> EdgeSearch::Next(absl::Duration elapsed) {
  if (verdict_ || asked_) return asked_;
  ledger_.Advance(elapsed);
  PlanStep step = Plan();
  if (!step.request) {
    verdict_ = VerdictAtTheEnd(step.verdict);
  } else if (elapsed + step.request->duration > options_.time_budget) {
    asked_ = PlanLastLook(ledger_, options_);
    if (!asked_ || elapsed + asked_->duration > options_.time_budget) {
      asked_.reset();
      verdict_ = VerdictWhenTimeIsUp();
    }
  } else {
    asked_ = step.request;
  }
  return asked_;
}

void EdgeSearch::Record(const TrialOutcome& outcome) {
  asked_.reset();
  again_.reset();
  ++trials_;
  if (outcome.request.phase != TrialPhase::kRamp) ++deciding_trials_;
  RecordEvidence(outcome);
  report_.push_back(
      absl::StrFormat("trial %d: %s %s for %s: %s, %s", trials_,
                      TrialPhaseName(outcome.request.phase), Rate(outcome.request.syscalls_per_sec),
                      FormatSeconds(absl::ToDoubleSeconds(outcome.request.duration)),
                      TrialClassName(outcome.judgement.trial_class), outcome.judgement.reason));
}

void EdgeSearch::RecordEvidence(const TrialOutcome& outcome) {
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
      ledger_.AddBad(rate, /*strong=*/false, request.duration, /*clear_overload=*/false);
      return;
    case TrialClass::kBad:
    case TrialClass::kStrongBad:
      ledger_.AddBad(rate, outcome.judgement.trial_class == TrialClass::kStrongBad,
                     request.duration, outcome.judgement.capacity_syscalls_per_sec.has_value());
      if (double capacity = outcome.judgement.capacity_syscalls_per_sec.value_or(0); capacity > 0) {
        ledger_.AddCapacity(capacity, outcome.judgement.capacity_doubt, request.duration);
      }
      return;
    case TrialClass::kOom:
      ledger_.AddOom(rate);
      if (outcome.oom_killed) ++memory_kills_;
      last_oom_ = outcome.judgement.reason;
      return;
    case TrialClass::kVoid:
      ++void_trials_;
      last_void_ = outcome.judgement.reason;
      again_ = request;
      return;
  }
}

SearchResult EdgeSearch::Result() const {
  EdgeEnds ends = Ends();
  SearchResult result;
  result.verdict = verdict_.value_or(Verdict::kTimedOut);
  result.sustainable_syscalls_per_sec = ends.sustainable;
  result.upper_syscalls_per_sec = ends.upper;
  if (ends.sustainable > 0) {
    result.confirmed_trials = ledger_.points().at(ends.sustainable).evidence.good_trials();
  }
  result.flags = Flags(ends);
  result.message = Message(ends);
  result.report = report_;
  return result;
}

bool EdgeSearch::KillsAt(double rate) const {
  auto point = ledger_.points().find(rate);
  return point != ledger_.points().end() && point->second.evidence.oom();
}

std::vector<std::string> EdgeSearch::Flags(const EdgeEnds& ends) const {
  std::vector<std::string> flags;
  auto add = [&flags](bool holds, absl::string_view flag) {
    if (holds) flags.emplace_back(flag);
  };
  add(ends.zone, kFlagSoftEdge);
  const bool dies_above = ends.sustainable > 0 && KillsAt(ends.upper);
  add(dies_above && memory_kills_ > 0, kFlagOomAbove);
  add(dies_above && memory_kills_ == 0, kFlagDiesAbove);
  add(ends.sustainable >= options_.max_syscalls_per_sec, kFlagMaxRate);
  add(output_trials_ > 0, kFlagOutputLoss);
  add(other_drops_trials_ > 0, kFlagOtherDrops);
  add(void_trials_ > 0, kFlagVoidTrials);
  return flags;
}

std::string EdgeSearch::Message(const EdgeEnds& ends) const {
  std::string low = ends.sustainable > 0 ? Rate(ends.sustainable) : "no rate";
  std::string known = absl::StrCat("clean up to ", low);
  if (ends.upper > 0) absl::StrAppend(&known, ", overloaded at ", Rate(ends.upper));
  if (ends.zone) absl::StrAppend(&known, "; between: ", DescribeZone(ledger_, ends));
  std::string voids = absl::StrCat(void_trials_, " of ", trials_, " trials void");
  switch (verdict_.value_or(Verdict::kTimedOut)) {
    case Verdict::kSustainable:
      if (KillsAt(ends.upper)) absl::StrAppend(&known, " (", last_oom_, ")");
      return known;
    case Verdict::kGeneratorBound:
      if (ends.sustainable <= 0) return "the generator made no load at all";
      if (ledger_.ceiling() == 0) return absl::StrCat(known, ", the highest rate allowed");
      return absl::StrCat(known, ", more than ", low, " the generator could not make");
    case Verdict::kOutOfMemory:
      return absl::StrCat(last_oom_, " at every rate down to ", Rate(options_.min_syscalls_per_sec),
                          "; give it more memory");
    case Verdict::kFailed:
      return absl::StrCat(last_oom_, " at every rate down to ",
                          Rate(options_.min_syscalls_per_sec));
    case Verdict::kBelowMinimum:
      return absl::StrCat("overloaded even at ", Rate(options_.min_syscalls_per_sec),
                          ", the lowest rate tried; give it more CPU");
    case Verdict::kNoisyHost:
      return absl::StrCat("the host disturbed too much: ", voids, ", the last one as ", last_void_,
                          "; ", known, "; try again on a quieter host");
    case Verdict::kUnstable:
      if (drift_.surely != 0) {
        return absl::StrFormat(
            "the sensor's capacity %s by about %s while it was searched, so that early and late "
            "trials contradict each other (another load on the host, or one that warms up); %s; "
            "try again, or with a coarser precision",
            drift_.change > 0 ? "rose" : "fell", FormatPercent(std::expm1(std::abs(drift_.change))),
            known);
      }
      return absl::StrCat("the answers contradict each other after ", trials_, " trials; ", known);
    default:
      return absl::StrCat("not finished after ", trials_, " trials; best so far: ", known,
                          "; give it more time or a coarser precision");
  }
}

}  // namespace bench
