// A load without a search: the same sensor, the same trials, but the rates are somebody's wish.
#pragma once

#include <functional>
#include <optional>

#include "absl/status/status.h"
#include "worker/rig/rig.h"
#include "worker/rounds/round_plan.h"
#include "worker/search/judge.h"

namespace bench {

struct Round {
  int number = 0;  // from 1
  TrialMeasurement measurement;
  std::optional<Judgement> judgement;  // none without a sensor
};

struct RoundSinks {
  std::function<void(const RigFacts&, const Calibration&)> ready;  // once, before the first round
  std::function<void(const Round&)> round;
};

// Sets the rig up, runs the rounds of `plan`, and tears it down, whatever happens. CANCELLED when
// the rig was; what was measured until then has been told. That something could not be undone is an
// error of its own kind, whatever else happened.
absl::Status RunRounds(Rig& rig, const RigSpec& spec, RoundPlan plan, const RoundSinks& sinks);

}  // namespace bench
