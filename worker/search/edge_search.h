// --method search: a ramp from below, then trials where they tell most about the edge, by a curve
// fitted to all of them, then repeats at the lower end. Ends after at most kMaxTrials trials,
// whatever they show.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "worker/search/drift.h"
#include "worker/search/edge_estimate.h"
#include "worker/search/edge_plan.h"
#include "worker/search/rate_ledger.h"
#include "worker/search/search_method.h"

namespace bench {

class EdgeSearch final : public SearchMethod {
 public:
  static constexpr int kMaxTrials = 100;
  // As wide as real edges are, or two steps of the precision.
  static constexpr double kZoneReach = 1.2;
  // Void trials say nothing of a host before there are a few trials to compare with.
  static constexpr int kFewestTrialsForNoisyHost = 6;
  // A capacity that surely changed by more than this many precisions meanwhile has no one edge.
  static constexpr double kDriftInPrecisions = 1;

  explicit EdgeSearch(const SearchOptions& options);

  std::optional<TrialRequest> Next(absl::Duration elapsed) override;
  void Record(const TrialOutcome& outcome) override;
  SearchResult Result() const override;
  double lower_syscalls_per_sec() const override { return Ends().sustainable; }
  double upper_syscalls_per_sec() const override { return Ends().upper; }

 private:
  PlanStep Plan() const;
  Verdict VerdictAtTheEnd(Verdict planned);
  Verdict VerdictWhenTimeIsUp() const;
  EdgeEnds Ends() const { return EndsOf(ledger_, options_); }
  void RecordEvidence(const TrialOutcome& outcome);
  bool KillsAt(double rate) const;  // the sensor
  std::vector<std::string> Flags(const EdgeEnds& ends) const;
  std::string Message(const EdgeEnds& ends) const;

  const SearchOptions options_;
  RateLedger ledger_;
  std::optional<TrialRequest> asked_;  // handed out, not recorded yet
  std::optional<TrialRequest> again_;  // the last one was void
  std::optional<Verdict> verdict_;     // set: ended
  Drift drift_;                        // known when it has ended
  int trials_ = 0;
  int deciding_trials_ = 0;  // full-length ones
  int void_trials_ = 0;
  int output_trials_ = 0;
  int memory_kills_ = 0;
  int other_drops_trials_ = 0;
  std::string last_oom_;
  std::string last_void_;
  std::vector<std::string> report_;
};

}  // namespace bench
