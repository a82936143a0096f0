#include "worker/rounds/run_rounds.h"

#include <algorithm>
#include <cstdint>
#include <optional>

#include "absl/strings/str_cat.h"
#include "common/status/status_macros.h"
#include "worker/rig/calibration.h"

namespace bench {
namespace {

absl::Status Drive(Rig& rig, const RigSpec& spec, RoundPlan& plan, const RoundSinks& sinks) {
  BENCH_RETURN_IF_ERROR(rig.SetUp(spec));
  BENCH_ASSIGN_OR_RETURN(const BaselineReading first_look, rig.MeasureBaseline());
  BENCH_ASSIGN_OR_RETURN(const Calibration calibration, rig.Calibrate());
  const BaselineReading baseline = calibration.baseline.value_or(first_look);
  sinks.ready(rig.facts(), calibration);
  const bool watched = !rig.facts().sensor.kind.empty();
  int number = 0;
  int64_t ring_events_seen = 0;
  while (const std::optional<TrialRequest> request = plan.Next()) {
    Round round = {.number = ++number};
    BENCH_ASSIGN_OR_RETURN(round.measurement, rig.RunTrial(*request));
    ring_events_seen = std::max(ring_events_seen, round.measurement.ring_events_seen);
    if (watched) {
      round.judgement =
          JudgeTrial(round.measurement,
                     JudgeOptionsFor(spec, baseline, calibration, rig.facts(), ring_events_seen));
    }
    sinks.round(round);
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status RunRounds(Rig& rig, const RigSpec& spec, RoundPlan plan, const RoundSinks& sinks) {
  absl::Status status = Drive(rig, spec, plan, sinks);
  absl::Status undone = Annotate(rig.TearDown(), "cleaning up");
  if (undone.ok()) return status;
  return status.ok()
             ? undone
             : absl::Status(undone.code(), absl::StrCat(status.message(), "; ", undone.message()));
}

}  // namespace bench
