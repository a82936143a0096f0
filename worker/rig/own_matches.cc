#include "worker/rig/own_matches.h"

#include <algorithm>
#include <cmath>

#include "absl/time/time.h"

namespace bench {
namespace {

constexpr double kOwnShare = 0.5;  // of the action's runs

// A rule that has not matched yet stands in no reading.
std::map<std::string, double> Gains(const CounterReading& before, const CounterReading& after) {
  std::map<std::string, double> gains;
  for (const auto& [rule, matches] : after.matches_by_rule) {
    const auto known = before.matches_by_rule.find(rule);
    const int64_t from = known == before.matches_by_rule.end() ? 0 : known->second;
    gains[rule] = std::max(0.0, static_cast<double>(matches - from));
  }
  return gains;
}

double Seconds(const CounterReading& before, const CounterReading& after) {
  return std::max(0.0, absl::ToDoubleSeconds(after.at - before.at));
}

}  // namespace

void OwnMatches::SawIdle(const CounterReading& before, const CounterReading& after,
                         int64_t probes) {
  idle_per_sec_.clear();
  own_.clear();
  const double seconds = Seconds(before, after);
  if (seconds <= 0) return;
  for (const auto& [rule, gain] : Gains(before, after)) {
    // The probes' own, as far as they can be; of a rule that isn't theirs it is not needed exactly.
    idle_per_sec_[rule] = std::max(0.0, gain - static_cast<double>(probes)) / seconds;
  }
}

void OwnMatches::SawAction(const CounterReading& before, const CounterReading& after,
                           int64_t runs) {
  const double seconds = Seconds(before, after);
  for (const auto& [rule, gain] : Gains(before, after)) {
    const auto idle = idle_per_sec_.find(rule);
    const double others = idle == idle_per_sec_.end() ? 0 : idle->second * seconds;
    if (runs > 0 && gain - others >= kOwnShare * static_cast<double>(runs)) own_.insert(rule);
  }
}

int64_t OwnMatches::Between(const CounterReading& before, const CounterReading& after) const {
  const double seconds = Seconds(before, after);
  double matches = 0;
  for (const auto& [rule, gain] : Gains(before, after)) {
    if (own_.find(rule) == own_.end()) continue;
    const auto idle = idle_per_sec_.find(rule);
    matches += std::max(0.0, gain - (idle == idle_per_sec_.end() ? 0 : idle->second * seconds));
  }
  return std::llround(matches);
}

}  // namespace bench
