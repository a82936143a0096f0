// Decides the next trial of a search from what is known: the plan knows, never acts. Pure.
//
// From below until something is bad; then the edge curve says where a trial tells most, until both
// ends are known to the precision; then each end is confirmed where it was really tried.
#pragma once

#include <optional>
#include <vector>

#include "worker/search/edge_curve.h"
#include "worker/search/measurement.h"
#include "worker/search/rate_ledger.h"
#include "worker/search/search_method.h"

namespace bench {

// The answer as far as it is known: rates that were tried. 0 = none.
struct EdgeEnds {
  double sustainable = 0;
  double upper = 0;
  bool zone = false;  // the edge between them is no line
};

struct PlanStep {
  std::optional<TrialRequest> request;  // unset: the search has ended, with
  Verdict verdict = Verdict::kFailed;
};

// What is known besides the trials' outcomes.
struct PlanGuides {
  // What overloaded trials said of the capacity, syscalls/s. It moves the next rate, and decides
  // nothing.
  std::optional<double> capacity;
  std::vector<EdgeCurve::Capacity> capacities;  // each of them
  int deciding_trials = 0;                      // full-length ones so far
};

PlanStep PlanNextTrial(const RateLedger& ledger, const SearchOptions& options,
                       const PlanGuides& guides);

EdgeEnds EndsOf(const RateLedger& ledger, const SearchOptions& options, const PlanGuides& guides);

}  // namespace bench
