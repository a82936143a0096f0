// All that the trials of a search showed: the evidence by rate, the bracket that it makes, and what
// overloaded trials told of the capacity. Pure; not thread-safe.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "absl/time/time.h"
#include "worker/search/edge_curve.h"
#include "worker/search/evidence.h"

namespace bench {

struct RatePoint {
  double rate = 0;  // syscalls/s
  Evidence evidence;
  EdgeObservation seen;  // the same, as the curve wants it
  absl::Duration longest_good;
  double cpu_share = 0;  // the sensor's, in the last good trial here; 0 = unknown
  // Trials that asked for this rate and got less of it. Twice: out of the generator's reach.
  int shortfalls = 0;
  // A bad trial here showed an overload clear enough to tell the capacity from.
  bool clear_overload = false;
};

// What one trial showed, and when it was asked for, since the search began.
struct TimedObservation {
  absl::Duration at;
  EdgeObservation seen;
};
struct TimedCapacity {
  absl::Duration at;
  EdgeCurve::Capacity capacity;
};

// low < zone... < high; nothing tried below `low` is bad. Pointers into the ledger, valid until
// it changes.
struct Bracket {
  const RatePoint* low = nullptr;      // null: nothing is good
  std::vector<const RatePoint*> zone;  // neither good nor bad, or good just above such a rate
  const RatePoint* high = nullptr;     // the lowest bad rate; null: nothing is bad

  // The highest rate below `high`; null if there is none.
  const RatePoint* top() const { return zone.empty() ? low : zone.back(); }
};

class RateLedger {
 public:
  // `zone_reach` > 1: a good rate this many times above a mixed one is no longer of its zone, and
  // shows that what was seen there was not an edge but chance.
  explicit RateLedger(double zone_reach) : zone_reach_(zone_reach) {}

  // What is added from now on is of trials that were asked for at this time since the search began.
  void Advance(absl::Duration elapsed) { now_ = elapsed; }

  void AddGood(double rate, absl::Duration trial_duration, double cpu_share);
  // A trial that asked for `asked` made only `achieved`, and the sensor kept up. Speaks for a rate
  // of at most `achieved`: one known already if it is near enough, so that trials at a wavering
  // ceiling add up.
  void AddShortfall(double asked, double achieved, absl::Duration trial_duration, double cpu_share);
  void AddBad(double rate, bool strong, absl::Duration trial_duration, bool clear_overload);
  void AddOom(double rate);
  // What an overloaded trial showed of the capacity, syscalls/s. `doubt`: sd of its logarithm,
  // beside that of the measuring.
  void AddCapacity(double syscalls_per_sec, double doubt, absl::Duration trial_duration);

  // Out-of-reach rates with nothing decided stay out of it.
  Bracket bracket() const;

  // The lowest rate that the generator failed to make twice; 0 = none known.
  double ceiling() const { return ceiling_; }
  // The lowest rate above `rate` that the generator failed to make once, so far; 0 = none.
  double DoubtfulAbove(double rate) const;
  // The newest reading of the longest trials, as they know it best.
  std::optional<double> capacity() const { return capacity_; }
  const std::vector<EdgeCurve::Capacity>& capacities() const { return capacities_; }
  const std::map<double, RatePoint>& points() const { return points_; }
  // The same, trial by trial, oldest first.
  const std::vector<TimedObservation>& history() const { return history_; }
  const std::vector<TimedCapacity>& capacity_history() const { return capacity_history_; }

 private:
  RatePoint& At(double rate);
  void See(RatePoint& point, double EdgeObservation::*how, double weight);

  const double zone_reach_;
  std::map<double, RatePoint> points_;
  double ceiling_ = 0;
  std::vector<EdgeCurve::Capacity> capacities_;
  std::optional<double> capacity_;
  absl::Duration capacity_trial_;  // how long the trial was that showed it
  absl::Duration now_;
  std::vector<TimedObservation> history_;
  std::vector<TimedCapacity> capacity_history_;
};

}  // namespace bench
