// Which of a sensor's rule matches are the load's, where no alert is delivered that would say so.
// Pure.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "worker/falco/sensor.h"

namespace bench {

// Runs of one action, and of nothing else of ours.
struct ActionLook {
  std::string action;
  std::string rule;  // that it is known to match, as a key of matches_by_rule; "" = none
  int64_t runs = 0;
};

// Runs of one action that ride on a load which matches nothing.
struct Probes {
  std::string action;
  int64_t runs = 0;
};

// Learns from an idle look and from calibration which rules the load matches; other programs match
// others, or the same ones at their own pace. The load's are: the rule that an action is known to
// match, where half of its runs or more matched it, else all of which that is so, in each look at
// it. Not thread-safe.
class OwnMatches {
 public:
  // Between these readings nothing ran but the probes. Forgets what was known.
  void SawIdle(const CounterReading& before, const CounterReading& after, const Probes& probes);
  // Several looks at one action may be told. What the probes' action matches is known only once it
  // was seen itself.
  void SawAction(const ActionLook& look, const CounterReading& before, const CounterReading& after);

  // Matches of the load's rules that a run of the action makes, in the middle look at it: of those
  // that half of its runs or more matched, a whole number where it is near one, as each run does
  // the same. 0 where it was not seen. To be asked when all actions were seen: they may match each
  // other's rules.
  double PerRun(const std::string& action) const;
  // Matches of the load's rules between these readings, less those of the idle host in that time.
  // 0 where the counters started over, or there are none.
  int64_t Between(const CounterReading& before, const CounterReading& after) const;

 private:
  struct Gains {
    std::map<std::string, double> by_rule;
    double seconds = 0;
  };
  struct Look {
    std::string rule;
    double runs = 0;
    Gains gains;
  };
  static Gains GainsOf(const CounterReading& before, const CounterReading& after);

  void Learn();
  double IdleGain(const std::string& rule) const;
  double IdleMatches(const std::string& rule, double seconds) const;
  bool AreProbes(const std::string& action) const;
  double MatchesPerRun(const std::string& action, const Look& look, const std::string& rule) const;
  double MedianPerRun(const std::string& action, const std::vector<Look>& looks,
                      const std::string& rule) const;
  bool MatchesInEach(const std::string& action, const std::vector<Look>& looks,
                     const std::string& rule) const;
  std::set<std::string> RulesOf(const std::string& action, const std::vector<Look>& looks) const;
  void LearnIdle();
  double OwnOf(const Gains& gains) const;

  Gains idle_;
  Probes probes_;
  std::map<std::string, std::vector<Look>> looks_;  // by action
  // Learned from the above.
  std::map<std::string, double> idle_per_sec_;
  std::set<std::string> own_;
};

}  // namespace bench
