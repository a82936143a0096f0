#include "tests/bench/textbook_searches.h"

#include <algorithm>
#include <cmath>

namespace bench {

TextbookRules Rfc2544Rules() {
  return {.trial = absl::Seconds(60), .drops_only = true, .from_above = true};
}

TextbookRules BisectionRules(const SearchOptions& options) {
  return {.trial = options.round_duration, .drops_only = false};
}

double TextbookSearch::NextRate() const {
  constexpr double kGrow = 2;
  if (high_ > 0) return rules_.from_above ? (low_ + high_) / 2 : std::sqrt(low_ * high_);
  if (rules_.from_above) return options_.max_syscalls_per_sec;
  return std::min(options_.max_syscalls_per_sec,
                  low_ == 0 ? options_.min_syscalls_per_sec : low_ * kGrow);
}

std::optional<TrialRequest> TextbookSearch::Next(absl::Duration elapsed) {
  if (verdict_ || asked_) return asked_;
  if (low_ >= options_.max_syscalls_per_sec) {
    verdict_ = Verdict::kGeneratorBound;
  } else if (high_ > 0 && low_ > 0 && high_ <= low_ * (1 + options_.precision)) {
    verdict_ = Verdict::kSustainable;
  } else if (high_ > 0 && high_ <= options_.min_syscalls_per_sec) {
    verdict_ = Verdict::kBelowMinimum;
  } else if (elapsed + rules_.trial > options_.time_budget) {
    verdict_ = Verdict::kTimedOut;
  }
  if (verdict_) return std::nullopt;
  asked_ = TrialRequest{.phase = TrialPhase::kBisection,
                        .syscalls_per_sec = NextRate(),
                        .duration = rules_.trial,
                        .may_stop_early = !rules_.from_above};
  return asked_;
}

void TextbookSearch::Record(const TrialOutcome& outcome) {
  asked_.reset();
  TrialClass seen = outcome.judgement.trial_class;
  bool good = rules_.drops_only ? outcome.drops == 0
                                : seen == TrialClass::kGood || seen == TrialClass::kNoise;
  double rate = outcome.request.syscalls_per_sec;
  if (outcome.achieved_syscalls_per_sec < kGeneratorShortfall * rate) {
    verdict_ = Verdict::kGeneratorBound;
    return;
  }
  (good ? low_ : high_) = rate;
}

SearchResult TextbookSearch::Result() const {
  SearchResult result;
  result.verdict = verdict_.value_or(Verdict::kTimedOut);
  result.sustainable_syscalls_per_sec = low_;
  result.upper_syscalls_per_sec = high_;
  return result;
}

}  // namespace bench
