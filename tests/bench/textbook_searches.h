// What others do, for scale: searched against the same model as ours, in search_sim and nowhere
// else. Each looks at a trial once and believes it. Pure.
#pragma once

#include <optional>
#include <string>

#include "worker/search/search_method.h"

namespace bench {

struct TextbookRules {
  absl::Duration trial;     // how long each lasts
  bool drops_only = true;   // the lag, and whether the host stood still, are not looked at
  bool from_above = false;  // halve the whole range; else double from the lowest rate, then halve
};

// RFC 2544, 26.1: trials of 60 s from the highest rate that can be offered, no loss at all, halving
// the interval.
TextbookRules Rfc2544Rules();
// The plainest bisection: trials as ours, judged as ours, each believed.
TextbookRules BisectionRules(const SearchOptions& options);

class TextbookSearch final : public SearchMethod {
 public:
  TextbookSearch(const TextbookRules& rules, const SearchOptions& options)
      : rules_(rules), options_(options) {}

  std::optional<TrialRequest> Next(absl::Duration elapsed) override;
  void Record(const TrialOutcome& outcome) override;
  SearchResult Result() const override;
  double lower_syscalls_per_sec() const override { return low_; }
  double upper_syscalls_per_sec() const override { return high_; }

 private:
  double NextRate() const;

  const TextbookRules rules_;
  const SearchOptions options_;
  std::optional<TrialRequest> asked_;
  std::optional<Verdict> verdict_;
  double low_ = 0;
  double high_ = 0;
};

}  // namespace bench
