#include "worker/search/doubling_search.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/units/quantity.h"

namespace bench {

DoublingSearch::DoublingSearch(const SearchOptions& options) : options_(options) {}

std::optional<TrialRequest> DoublingSearch::Next(absl::Duration elapsed) {
  if (verdict_ || asked_) return asked_;
  if (elapsed + kRound > options_.time_budget) {
    verdict_ = Verdict::kTimedOut;
    return std::nullopt;
  }
  asked_ = TrialRequest{.phase = TrialPhase::kDoubling,
                        .syscalls_per_sec = FlatOut() ? options_.max_syscalls_per_sec : 0,
                        .duration = kRound,
                        .sleep_between_actions = sleep_,
                        .rest_after = kRest,
                        .may_stop_early = false};
  return asked_;
}

void DoublingSearch::Record(const TrialOutcome& outcome) {
  asked_.reset();
  if (verdict_) return;
  ++rounds_;
  Report(outcome);
  oom_ = outcome.judgement.trial_class == TrialClass::kOom;
  if (outcome.drops > 0 || oom_) {
    upper_ = outcome.achieved_syscalls_per_sec;
    if (Answer() != nullptr) {
      verdict_ = Verdict::kSustainable;
    } else if (!clean_.empty()) {
      verdict_ = Verdict::kUnstable;  // a shorter sleep made fewer syscalls, and lost some of them
    } else {
      verdict_ = oom_ ? Verdict::kOutOfMemory : Verdict::kBelowMinimum;
    }
    return;
  }
  clean_.push_back({outcome.achieved_syscalls_per_sec, outcome.achieved_actions_per_sec});
  if (FlatOut()) {
    verdict_ = Verdict::kGeneratorBound;
    return;
  }
  sleep_ = absl::Nanoseconds(absl::ToInt64Nanoseconds(sleep_) / 2);
  if (sleep_ < kShortestSleep) sleep_ = absl::ZeroDuration();
}

// In the words and the order of event-generator's log.
void DoublingSearch::Report(const TrialOutcome& outcome) {
  report_.push_back(
      absl::StrFormat("INFO round #%d sleep=%s", rounds_, absl::FormatDuration(sleep_)));
  report_.push_back("INFO resting...");
  double lost = 0;
  if (outcome.alerts_expected > 0) {
    lost =
        std::max(0.0, 1 - static_cast<double>(outcome.alerts_received) / outcome.alerts_expected);
  }
  report_.push_back(absl::StrFormat(
      "INFO statistics cpu=\"%.1f%%\" lost=\"%d%%\" throughput=\"%.1f EPS\" drops=%d",
      outcome.sensor_cpu_cores * 100, static_cast<int>(std::lround(lost * 100)),
      outcome.achieved_actions_per_sec, outcome.drops));
}

const DoublingSearch::CleanRound* DoublingSearch::Answer() const {
  const CleanRound* best = nullptr;
  for (const CleanRound& round : clean_) {
    if (round.syscalls_per_sec <= 0 || (upper_ > 0 && round.syscalls_per_sec >= upper_)) continue;
    if (best == nullptr || round.syscalls_per_sec > best->syscalls_per_sec) best = &round;
  }
  return best;
}

double DoublingSearch::lower_syscalls_per_sec() const {
  const CleanRound* answer = Answer();
  return answer == nullptr ? 0 : answer->syscalls_per_sec;
}

SearchResult DoublingSearch::Result() const {
  SearchResult result;
  result.verdict = verdict_.value_or(Verdict::kTimedOut);
  result.sustainable_syscalls_per_sec = lower_syscalls_per_sec();
  result.upper_syscalls_per_sec = upper_;
  result.confirmed_trials = Answer() == nullptr ? 0 : 1;
  if (oom_ && result.confirmed_trials > 0) result.flags.emplace_back(kFlagOomAbove);
  result.message = Message();
  result.report = report_;
  return result;
}

std::string DoublingSearch::Message() const {
  const CleanRound* answer = Answer();
  std::string clean = answer == nullptr ? "no clean round"
                                        : absl::StrFormat("%.1f EPS (%s syscalls/s) without a drop",
                                                          answer->actions_per_sec,
                                                          FormatRate(answer->syscalls_per_sec));
  std::string end = oom_ ? "the sensor died" : "the first drop came";
  std::string at =
      absl::StrFormat("%s in round %d at %s syscalls/s", end, rounds_, FormatRate(upper_));
  switch (verdict_.value_or(Verdict::kTimedOut)) {
    case Verdict::kGeneratorBound:
      return absl::StrCat(clean, ", flat out: the generator can make no more");
    case Verdict::kTimedOut:
      return absl::StrCat("not finished after ", rounds_, " rounds; best so far: ", clean);
    default:
      return absl::StrCat(clean, "; ", at);
  }
}

}  // namespace bench
