// What the trials at one rate say together: a sequential probability ratio test on p = P(trial is
// bad), p0 = 0.1 against p1 = 0.7. Pure; a value type.
#pragma once

#include "absl/time/time.h"

namespace bench {

class Evidence {
 public:
  enum class State {
    kUntried,
    kLeansGood,  // not yet decided, so far rather good
    kLeansBad,
    kAccepted,
    kRejected,
    kMixed,  // still undecided after kMaxTrials: part of a zone between good and bad
  };

  // Good trials shorter than kFullTrial count and weigh less, as the ring hides more from them;
  // longer ones more, up to twice as much.
  static constexpr int kMaxTrials = 8;
  static constexpr absl::Duration kFullTrial = absl::Seconds(10);

  void AddGood(absl::Duration trial_duration);
  void AddBad(bool strong);
  // Hard: rejected from now on, whatever was known.
  void AddOom();

  // Once decided, only an OOM changes it, or good trials where one or two bad ones rejected it;
  // trials are counted on.
  State state() const;
  bool good() const { return state() == State::kLeansGood || state() == State::kAccepted; }
  bool bad() const { return state() == State::kLeansBad || state() == State::kRejected; }
  bool decided() const;

  int good_trials() const { return good_trials_; }
  int bad_trials() const { return bad_trials_; }
  bool oom() const { return oom_; }

 private:
  double log_likelihood_ratio_ = 0;  // > 0 speaks for "bad"
  double full_trials_ = 0;
  int good_trials_ = 0;
  int bad_trials_ = 0;
  bool oom_ = false;
};

}  // namespace bench
