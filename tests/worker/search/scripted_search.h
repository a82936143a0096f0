// Drives a search with a function for a judge. Trials take their own time and a drain of 2.5 s.
#pragma once

#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "worker/search/search_method.h"

namespace bench {

using ScriptedJudge = std::function<TrialOutcome(const TrialRequest&)>;

struct ScriptedRun {
  SearchResult result;
  std::vector<TrialOutcome> outcomes;
  absl::Duration elapsed;

  int trials() const { return static_cast<int>(outcomes.size()); }
  bool Tried(double rate) const {
    for (const TrialOutcome& outcome : outcomes) {
      if (outcome.request.syscalls_per_sec == rate || outcome.achieved_syscalls_per_sec == rate) {
        return true;
      }
    }
    return false;
  }
};

inline ScriptedRun Drive(SearchMethod& search, const ScriptedJudge& judge, int most_trials = 1000) {
  ScriptedRun run;
  while (run.trials() < most_trials) {
    std::optional<TrialRequest> request = search.Next(run.elapsed);
    if (!request) break;
    run.outcomes.push_back(judge(*request));
    run.elapsed += request->duration + request->rest_after + absl::Seconds(2.5);
    search.Record(run.outcomes.back());
  }
  run.result = search.Result();
  return run;
}

inline TrialOutcome Outcome(const TrialRequest& request, TrialClass trial_class) {
  TrialOutcome outcome;
  outcome.request = request;
  outcome.judgement.trial_class = trial_class;
  outcome.judgement.reason = std::string(TrialClassName(trial_class));
  outcome.achieved_syscalls_per_sec = request.syscalls_per_sec;
  outcome.oom_killed = trial_class == TrialClass::kOom;
  return outcome;
}

// Good up to `capacity`, strongly bad above it, with an honest CPU share and capacity.
inline TrialOutcome HardEdge(const TrialRequest& request, double capacity) {
  bool good = request.syscalls_per_sec <= capacity;
  TrialOutcome outcome = Outcome(request, good ? TrialClass::kGood : TrialClass::kStrongBad);
  outcome.sensor_cpu_share = std::min(1.0, request.syscalls_per_sec / capacity);
  if (!good) outcome.judgement.capacity_syscalls_per_sec = capacity;
  return outcome;
}

}  // namespace bench
