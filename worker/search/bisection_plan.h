// Decides the next trial of a bisection from what is known: the plan knows, never acts. Pure.
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

// `suggested_capacity`: what overloaded trials said of it, syscalls/s; unset = none was. It moves
// the next rate, and decides nothing.
PlanStep PlanNextTrial(const RateLedger& ledger, const SearchOptions& options,
                       std::optional<double> suggested_capacity);

}  // namespace bench
