#include "worker/rig/own_matches.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/time/time.h"
#include "common/stats/quantile.h"

namespace bench {
namespace {

constexpr double kOwnShare = 0.5;  // of the action's runs
// Further from a whole number than others' chance brings the matches of a run.
constexpr double kNoWholeNumber = 0.1;

double At(const std::map<std::string, double>& values, const std::string& key) {
  const auto found = values.find(key);
  return found == values.end() ? 0 : found->second;
}

}  // namespace

// A rule that has not matched yet stands in no reading.
OwnMatches::Gains OwnMatches::GainsOf(const CounterReading& before, const CounterReading& after) {
  Gains gains;
  gains.seconds = std::max(0.0, absl::ToDoubleSeconds(after.at - before.at));
  for (const auto& [rule, matches] : after.matches_by_rule) {
    const auto known = before.matches_by_rule.find(rule);
    const int64_t from = known == before.matches_by_rule.end() ? 0 : known->second;
    gains.by_rule[rule] = std::max(0.0, static_cast<double>(matches - from));
  }
  return gains;
}

void OwnMatches::SawIdle(const CounterReading& before, const CounterReading& after,
                         const Probes& probes) {
  idle_ = GainsOf(before, after);
  probes_ = probes;
  looks_.clear();
  Learn();
}

void OwnMatches::SawAction(const ActionLook& look, const CounterReading& before,
                           const CounterReading& after) {
  if (look.runs <= 0) return;
  looks_[look.action].push_back(
      {.rule = look.rule, .runs = static_cast<double>(look.runs), .gains = GainsOf(before, after)});
  Learn();
}

double OwnMatches::PerRun(const std::string& action) const {
  const auto looks = looks_.find(action);
  if (looks == looks_.end()) return 0;
  double matches = 0;
  for (const std::string& rule : own_) {
    if (!MatchesInEach(action, looks->second, rule)) continue;  // others' chance, not the action's
    matches += MedianPerRun(action, looks->second, rule);
  }
  return matches;
}

int64_t OwnMatches::Between(const CounterReading& before, const CounterReading& after) const {
  return std::llround(OwnOf(GainsOf(before, after)));
}

double OwnMatches::OwnOf(const Gains& gains) const {
  double matches = 0;
  for (const auto& [rule, gain] : gains.by_rule) {
    if (!own_.contains(rule)) continue;
    matches += std::max(0.0, gain - IdleMatches(rule, gains.seconds));
  }
  return matches;
}

void OwnMatches::Learn() {
  LearnIdle();
  own_.clear();
  for (const auto& [action, looks] : looks_) own_.merge(RulesOf(action, looks));
}

// What the host adds to each rule: all that matched in the idle look but for the probes' matches.
void OwnMatches::LearnIdle() {
  idle_per_sec_.clear();
  if (idle_.seconds <= 0) return;
  for (const auto& [rule, gain] : idle_.by_rule) idle_per_sec_[rule] = gain / idle_.seconds;
  const auto probes = looks_.find(probes_.action);
  if (probes == looks_.end()) return;
  for (const std::string& rule : RulesOf(probes->first, probes->second)) {
    const double of_probes =
        static_cast<double>(probes_.runs) * MedianPerRun(probes->first, probes->second, rule);
    idle_per_sec_[rule] = std::max(0.0, IdleGain(rule) - of_probes) / idle_.seconds;
  }
}

double OwnMatches::IdleGain(const std::string& rule) const {
  return At(idle_.by_rule, rule);
}

double OwnMatches::IdleMatches(const std::string& rule, double seconds) const {
  return At(idle_per_sec_, rule) * seconds;
}

bool OwnMatches::AreProbes(const std::string& action) const {
  return probes_.runs > 0 && action == probes_.action && idle_.seconds > 0;
}

double OwnMatches::MatchesPerRun(const std::string& action, const Look& look,
                                 const std::string& rule) const {
  const double gain = At(look.gains.by_rule, rule);
  if (!AreProbes(action)) {
    return (gain - IdleMatches(rule, look.gains.seconds)) / look.runs;
  }
  // It ran in both looks, beside the same host: what both gained has two unknowns.
  const double idle_looks = look.gains.seconds / idle_.seconds;
  const double more_runs = look.runs - static_cast<double>(probes_.runs) * idle_looks;
  return more_runs > 0 ? (gain - IdleGain(rule) * idle_looks) / more_runs : 0;
}

double OwnMatches::MedianPerRun(const std::string& action, const std::vector<Look>& looks,
                                const std::string& rule) const {
  std::vector<double> per_run;
  per_run.reserve(looks.size());
  for (const Look& look : looks) per_run.push_back(MatchesPerRun(action, look, rule));
  const double median = Median(std::move(per_run));
  const double whole = std::round(median);
  return std::abs(median - whole) < kNoWholeNumber ? whole : median;
}

bool OwnMatches::MatchesInEach(const std::string& action, const std::vector<Look>& looks,
                               const std::string& rule) const {
  return std::all_of(looks.begin(), looks.end(), [&](const Look& look) {
    return MatchesPerRun(action, look, rule) >= kOwnShare;
  });
}

std::set<std::string> OwnMatches::RulesOf(const std::string& action,
                                          const std::vector<Look>& looks) const {
  // Others' may have matched meanwhile, too: what is known of an action says which is which.
  const std::string& known = looks.front().rule;
  if (!known.empty() && MatchesInEach(action, looks, known)) return {known};
  std::set<std::string> rules;
  for (const auto& [rule, gain] : looks.front().gains.by_rule) {
    if (MatchesInEach(action, looks, rule)) rules.insert(rule);
  }
  return rules;
}

}  // namespace bench
