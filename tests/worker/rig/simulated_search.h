// Drives a search against a model, without a clock.
#pragma once

#include <memory>
#include <vector>

#include "absl/time/time.h"
#include "worker/rig/sim_model.h"
#include "worker/search/judge.h"
#include "worker/search/search_method.h"

namespace bench {

struct SimulatedSearch {
  SearchResult result;
  int trials = 0;
  absl::Duration model_time;  // of the trials and of the drains between them
  std::vector<TrialOutcome> outcomes;
};

inline SimulatedSearch RunSimulatedSearch(SearchMethod& search, SimModel& model,
                                          const JudgeOptions& judge) {
  SimulatedSearch run;
  while (std::optional<TrialRequest> request = search.Next(run.model_time)) {
    TrialMeasurement trial = model.RunTrial(*request);
    run.model_time += trial.duration + model.DrainTime() + request->rest_after;
    ++run.trials;
    run.outcomes.push_back(
        MakeTrialOutcome(trial, JudgeTrial(trial, judge), trial.cpu_cores / model.options().cores));
    search.Record(run.outcomes.back());
  }
  run.result = search.Result();
  return run;
}

}  // namespace bench
