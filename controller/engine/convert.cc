#include "controller/engine/convert.h"

#include "common/settings/settings_messages.h"

namespace bench {
namespace {

RunPhase ToPhase(v1::Run::State state) {
  switch (state) {
    case v1::Run::RUNNING:
      return RunPhase::kRunning;
    case v1::Run::DONE:
      return RunPhase::kDone;
    case v1::Run::FAILED:
      return RunPhase::kFailed;
    case v1::Run::CANCELLED:
      return RunPhase::kCancelled;
    default:
      return RunPhase::kQueued;
  }
}

v1::Run::State ToState(RunPhase phase) {
  switch (phase) {
    case RunPhase::kQueued:
      return v1::Run::QUEUED;
    case RunPhase::kRunning:
      return v1::Run::RUNNING;
    case RunPhase::kDone:
      return v1::Run::DONE;
    case RunPhase::kFailed:
      return v1::Run::FAILED;
    case RunPhase::kCancelled:
      return v1::Run::CANCELLED;
  }
  return v1::Run::STATE_UNSPECIFIED;
}

}  // namespace

Sweep ToSweep(const v1::SweepSpec& spec) {
  Sweep sweep;
  sweep.cpu_millis.assign(spec.cpu_millis().begin(), spec.cpu_millis().end());
  sweep.memory_bytes.assign(spec.memory_bytes().begin(), spec.memory_bytes().end());
  sweep.settings = SettingsAxesOf(spec);
  sweep.nodes.assign(spec.nodes().begin(), spec.nodes().end());
  sweep.sensor = spec.sensor();
  sweep.profile = spec.profile();
  for (const v1::MixPart& part : spec.mix()) sweep.weights.push_back(part.weight());
  sweep.pinning = spec.pinning();
  sweep.method = spec.method();
  sweep.repeats = spec.repeats();
  sweep.precision = spec.precision();
  sweep.max_loss = spec.max_loss();
  sweep.round_duration_sec = spec.round_duration_sec();
  sweep.run_timeout_sec = spec.run_timeout_sec();
  sweep.retries = spec.retries();
  sweep.generators = spec.generators();
  sweep.sim_time_scale = spec.sim_time_scale();
  sweep.sim_capacity_per_core = spec.sim_capacity_per_core();
  return sweep;
}

RunState ToRunState(const RunSchedule& schedule) {
  RunState run;
  run.id = schedule.id;
  run.campaign_id = schedule.campaign_id;
  run.position = schedule.position;
  run.wanted_node = schedule.wanted_node;
  run.node = schedule.node;
  run.phase = ToPhase(schedule.state);
  run.attempt = schedule.attempt;
  run.max_attempts = schedule.max_attempts;
  run.epoch = schedule.epoch;
  run.cancel_requested = schedule.cancel_requested;
  run.reason = schedule.reason;
  return run;
}

RunSchedule ToSchedule(const RunState& run) {
  RunSchedule schedule;
  schedule.id = run.id;
  schedule.campaign_id = run.campaign_id;
  schedule.position = run.position;
  schedule.wanted_node = run.wanted_node;
  schedule.node = run.node;
  schedule.state = ToState(run.phase);
  schedule.attempt = run.attempt;
  schedule.max_attempts = run.max_attempts;
  schedule.epoch = run.epoch;
  schedule.cancel_requested = run.cancel_requested;
  schedule.reason = run.reason;
  return schedule;
}

absl::StatusOr<Ending> ToEnding(const v1::FinishRequest& request) {
  if (request.cancelled()) return Ending::kStopped;
  switch (request.result().verdict()) {
    case v1::Result::VERDICT_UNSPECIFIED:
      return absl::InvalidArgumentError("run " + request.run_id() +
                                        ": a finish needs a verdict, or cancelled");
    case v1::Result::FAILED:
      return request.retryable() ? Ending::kRetryableFailure : Ending::kFailed;
    default:
      return Ending::kAnswered;
  }
}

std::vector<KnownTrial> ToKnownTrials(const std::vector<v1::Trial>& trials) {
  std::vector<KnownTrial> known;
  for (const v1::Trial& trial : trials) {
    switch (trial.classification()) {
      case v1::Trial::GOOD:
      case v1::Trial::NOISE:
        known.push_back({trial.achieved().syscalls_per_sec(), false});
        break;
      case v1::Trial::BAD:
      case v1::Trial::STRONG_BAD:
        known.push_back({trial.achieved().syscalls_per_sec(), true});
        break;
      default:
        break;
    }
  }
  return known;
}

}  // namespace bench
