// A rig with a hard edge: clean up to its capacity, lossy above it. Takes no time.
#pragma once

#include <algorithm>
#include <atomic>
#include <functional>
#include <string>

#include "worker/rig/rig.h"

namespace bench {

class FakeRig final : public Rig {
 public:
  struct Script {
    double capacity_syscalls_per_sec = 50e3;
    absl::Status set_up;
    absl::Status tear_down;
    absl::Status trial;          // of every trial
    double idle_loss = 0;        // of the host's own events, without a load ...
    int lossy_idle_looks = 100;  // ... in the first looks
    bool sees_host_stalls = true;
    double background_events_per_sec = 0;           // the host's own, beside a load
    std::function<void(TrialMeasurement*)> befall;  // what else happens in each trial
  };
  struct Calls {
    int trials = 0;
    int tear_downs = 0;
  };

  FakeRig(Script script, Calls* calls, ProgressSink progress)
      : script_(std::move(script)), calls_(calls), progress_(std::move(progress)) {
    facts_.sees_host_stalls = script_.sees_host_stalls;
    facts_.sensor = {.kind = "simulated", .version = "fake", .driver = "none"};
    facts_.sensor_facts.libs_version = "0.25.4";
    facts_.sensor_facts.rules_files = {{"/etc/falco/falco_rules.yaml", "0a"}};
    facts_.sensor_facts.rules_sha256 = "0b";
  }

  absl::Status SetUp(const RigSpec& /*spec*/) override {
    if (progress_) progress_({.stage = "starting the sensor"});
    return script_.set_up;
  }
  absl::StatusOr<BaselineReading> MeasureBaseline() override {
    BaselineReading baseline = {.events_per_sec = 70};
    baseline.idle.events = 700;
    const double loss = idle_looks_++ < script_.lossy_idle_looks ? script_.idle_loss : 0;
    baseline.idle.drops = static_cast<int64_t>(700 * loss);
    baseline.idle.cpu_cores = 0.2;
    return baseline;
  }
  absl::StatusOr<Calibration> Calibrate() override {
    Calibration calibration;
    calibration.units = {{"filler", 2, 2, 0}};
    calibration.events_per_syscall = 1;
    calibration.actions_per_syscall = 0.02;
    calibration.alerts_per_syscall = 0.02;
    return calibration;
  }
  absl::StatusOr<TrialMeasurement> RunTrial(const TrialRequest& request) override {
    ++calls_->trials;
    if (!script_.trial.ok()) return script_.trial;
    double seconds = absl::ToDoubleSeconds(request.duration);
    double rate = request.syscalls_per_sec;
    TrialMeasurement trial;
    trial.request = request;
    trial.duration = request.duration;
    trial.achieved_syscalls_per_sec = rate;
    trial.achieved_actions_per_sec = rate * 0.02;
    trial.events = static_cast<int64_t>((rate + script_.background_events_per_sec) * seconds);
    double lost = std::max(0.0, rate - script_.capacity_syscalls_per_sec) * seconds;
    trial.drops = static_cast<int64_t>(lost);
    trial.alerts_expected = rate * seconds * 0.02;
    trial.alerts_received = static_cast<int64_t>((rate * seconds - lost) * 0.02);
    trial.lag.count = trial.alerts_received;
    trial.lag.median_ms = lost > 0 ? 900 : 1;
    trial.lag.p95_ms = trial.lag.median_ms;
    trial.lag.peak_ms = trial.lag.median_ms;
    trial.lag.end_ms = trial.lag.median_ms;
    trial.lag.late_share = lost > 0 ? 1 : 0;
    trial.cpu_cores = std::min(1.0, rate / script_.capacity_syscalls_per_sec) * 0.2;
    trial.cpu_throttled_ratio = lost > 0 ? 1 : 0;
    trial.peak_memory_bytes = 20 << 20;
    trial.samples.push_back({.at = absl::Seconds(1), .events = trial.events});
    if (script_.befall) script_.befall(&trial);
    return trial;
  }
  absl::Status TearDown() override {
    ++calls_->tear_downs;
    return script_.tear_down;
  }
  const RigFacts& facts() const override { return facts_; }

 private:
  const Script script_;
  Calls* const calls_;
  const ProgressSink progress_;
  RigFacts facts_;
  int idle_looks_ = 0;
};

}  // namespace bench
