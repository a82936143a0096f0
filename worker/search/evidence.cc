#include "worker/search/evidence.h"

#include <algorithm>

namespace bench {
namespace {

constexpr double kGoodWeight = -1.10;  // ln((1 - p1) / (1 - p0))
constexpr double kBadWeight = 1.95;    // ln(p1 / p0)
constexpr double kStrongBadWeight = 2.94;
constexpr double kDecision = 2.94;  // errors of 5% either way
constexpr int kFewBadTrials = 2;
// However long a good trial was, it was one moment of the host's.
constexpr double kMostOfATrial = 2;

}  // namespace

void Evidence::AddGood(absl::Duration trial_duration) {
  ++good_trials_;
  // Two trials, however bad, are no last word against good ones: a burst comes twice, too.
  const bool too_soon = state() == State::kRejected && !oom_ && bad_trials_ <= kFewBadTrials;
  if (decided() && !too_soon) return;
  double weight = std::min(kMostOfATrial, absl::FDivDuration(trial_duration, kFullTrial));
  log_likelihood_ratio_ += kGoodWeight * weight;
  full_trials_ += weight;
}

void Evidence::AddBad(bool strong) {
  ++bad_trials_;
  if (decided()) return;
  log_likelihood_ratio_ += strong ? kStrongBadWeight : kBadWeight;
  full_trials_ += 1;
}

void Evidence::AddOom() {
  ++bad_trials_;
  oom_ = true;
}

Evidence::State Evidence::state() const {
  if (oom_ || log_likelihood_ratio_ >= kDecision) return State::kRejected;
  if (full_trials_ == 0) return State::kUntried;
  if (log_likelihood_ratio_ <= -kDecision) return State::kAccepted;
  if (full_trials_ >= kMaxTrials) return State::kMixed;
  return log_likelihood_ratio_ < 0 ? State::kLeansGood : State::kLeansBad;
}

bool Evidence::decided() const {
  State now = state();
  return now == State::kAccepted || now == State::kRejected || now == State::kMixed;
}

}  // namespace bench
