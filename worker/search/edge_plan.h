// Decides the next trial of a search from what is known: the plan knows, never acts. Pure.
//
// From below until something is bad; then the edge curve says where a trial tells most, until both
// ends are known to the precision; then both are tried where they are, and the lower one confirmed.
#pragma once

#include <optional>

#include "worker/search/measurement.h"
#include "worker/search/rate_ledger.h"
#include "worker/search/search_method.h"

namespace bench {

struct PlanStep {
  std::optional<TrialRequest> request;  // unset: the search has ended, with
  Verdict verdict = Verdict::kFailed;
};

// `deciding_trials`: full-length ones so far.
PlanStep PlanNextTrial(const RateLedger& ledger, const SearchOptions& options, int deciding_trials);

// For a search whose next trial would take too long, where a ring hides overloads: a short trial at
// a rate for which long ones vouch, if that is better than what was tried.
std::optional<TrialRequest> PlanLastLook(const RateLedger& ledger, const SearchOptions& options);

}  // namespace bench
