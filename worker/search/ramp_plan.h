// The way to the edge: up while all is good, down while nothing is. Pure.
#pragma once

#include "worker/search/rate_ledger.h"
#include "worker/search/search_method.h"

namespace bench {

struct RampStep {
  enum class Kind {
    kRamp,     // a short trial
    kDecide,   // a full one: near the edge already
    kConfirm,  // a full one at a rate that was tried before
    kEnd,
  };
  Kind kind = Kind::kEnd;
  double syscalls_per_sec = 0;
  Verdict verdict = Verdict::kFailed;  // of kEnd
};

// Where no rate is bad, unless nothing higher can be offered.
RampStep PlanUpwards(const RateLedger& ledger, const SearchOptions& options);
// Where no rate is good.
RampStep PlanDownwards(const RateLedger& ledger, const SearchOptions& options);

}  // namespace bench
