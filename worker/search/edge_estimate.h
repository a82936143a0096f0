// The answer as far as the trials tell it: where the curve puts the two ends, and which of the
// rates that were really tried stand for them. Pure.
#pragma once

#include <vector>

#include "worker/search/edge_curve.h"
#include "worker/search/rate_ledger.h"
#include "worker/search/search_method.h"

namespace bench {

// Rates that were tried. 0 = none.
struct EdgeEnds {
  double sustainable = 0;
  double upper = 0;
  bool zone = false;  // the edge between them is no line
};

// From a ledger with a good and a bad rate. Refers to both arguments; a value of their state when
// it was made.
class EdgeEstimate {
 public:
  EdgeEstimate(const RateLedger& ledger, const SearchOptions& options);

  const EdgeCurve& curve() const { return curve_; }
  // 0: the edge is a line, as far as the precision can see; 1: a zone, surely.
  double softness() const { return softness_; }
  // Where the ends are, by the curve: syscalls/s.
  double low_target() const { return low_target_; }
  double high_target() const { return high_target_; }
  // The highest rate for which good trials vouch: below their own where a ring may hide the rest.
  double vouched_for() const;
  // Tried rates near the targets; 0 where none is near enough.
  EdgeEnds NearTargets() const;
  // The same, and where there is none, the best that is known all the same.
  EdgeEnds Best() const;

 private:
  const RateLedger& ledger_;
  const SearchOptions& options_;
  EdgeCurve curve_;
  double softness_ = 0;
  double low_target_ = 0;
  double high_target_ = 0;
};

// By its own trials, whatever the others say.
bool Rejected(const RatePoint& point);

// For a ledger in any state.
EdgeEnds EndsOf(const RateLedger& ledger, const SearchOptions& options);

}  // namespace bench
