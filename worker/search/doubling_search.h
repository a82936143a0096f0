// --method doubling: the published recipe, as event-generator's `bench --loop` does it. The sleep
// between two actions starts at 100 ms and is halved each round; a round lasts 5 s and is followed
// by 5 s of rest; the first drop ends it. The answer is the last clean round's average.
//
// It looks at drops alone, as people did: not at lag, not at what the judge thinks. Its steps are
// octaves and each is tried once, so nothing is confirmed.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "worker/search/search_method.h"

namespace bench {

class DoublingSearch final : public SearchMethod {
 public:
  static constexpr absl::Duration kFirstSleep = absl::Milliseconds(100);
  // No sleep is shorter in effect; below it comes the last round, flat out: an open loop at
  // max_syscalls_per_sec, which the generator is not expected to reach.
  static constexpr absl::Duration kShortestSleep = absl::Microseconds(1);
  static constexpr absl::Duration kRound = absl::Seconds(5);
  static constexpr absl::Duration kRest = absl::Seconds(5);

  // Of the options only max_syscalls_per_sec and time_budget count.
  explicit DoublingSearch(const SearchOptions& options);

  std::optional<TrialRequest> Next(absl::Duration elapsed) override;
  void Record(const TrialOutcome& outcome) override;
  SearchResult Result() const override;
  double lower_syscalls_per_sec() const override;
  double upper_syscalls_per_sec() const override { return upper_; }

 private:
  struct CleanRound {
    double syscalls_per_sec = 0;
    double actions_per_sec = 0;
  };

  bool FlatOut() const { return sleep_ == absl::ZeroDuration(); }
  void Report(const TrialOutcome& outcome);
  // The highest clean round below `upper_`; null: none.
  const CleanRound* Answer() const;
  std::string Message() const;

  const SearchOptions options_;
  absl::Duration sleep_ = kFirstSleep;
  std::optional<TrialRequest> asked_;
  std::optional<Verdict> verdict_;
  std::vector<CleanRound> clean_;
  double upper_ = 0;
  bool oom_ = false;
  int rounds_ = 0;
  std::vector<std::string> report_;
};

}  // namespace bench
