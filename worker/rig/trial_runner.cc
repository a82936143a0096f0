#include "worker/rig/trial_runner.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "common/status/status_macros.h"
#include "worker/falco/sensor.h"
#include "worker/rig/early_stop.h"
#include "worker/rig/load_figures.h"
#include "worker/rig/ring_fill.h"
#include "worker/rig/sensor_usage.h"

namespace bench {
namespace {

constexpr absl::Duration kTick = absl::Milliseconds(100);
constexpr absl::Duration kCounterTimeout = absl::Seconds(10);
// A backlog that is not worked off by then is left for the wait before the next trial ...
constexpr absl::Duration kDrainTimeout = absl::Seconds(15);
// ... which ends at last, whatever is left.
constexpr absl::Duration kLongestWait = absl::Minutes(1);

bool CountersStartedOver(const CounterReading& before, const CounterReading& after) {
  return before.start_ts != after.start_ts || before.reload_ts != after.reload_ts ||
         after.kernel_events < before.kernel_events;
}

}  // namespace

// One trial while it runs: collects alerts and samples, and knows when it is hopeless.
class TrialRunner::Window {
 public:
  Window(TrialRunner& runner, const TrialPlan& plan, CounterReading before, CgroupStats stats)
      : runner_(runner),
        plan_(plan),
        before_(std::move(before)),
        stats_before_(stats),
        last_stats_(stats),
        started_at_(runner.clock_.Now()),
        started_(runner.clock_.Monotonic()),
        last_tick_(started_),
        early_stop_(plan.max_drops),
        ring_(before_),
        lag_(started_at_, plan.late_threshold_ms) {}

  void CollectAlerts() {
    for (const AlertRecord& alert : runner_.sensor_.sensor().DrainAlerts()) {
      if (!alert.of_marker) continue;
      ++own_alerts_;
      lag_.Add(alert.event_time, alert.received_at);
    }
  }

  // Every tick: one sample, one progress line.
  void Tick() {
    CollectAlerts();
    absl::Duration now = runner_.clock_.Monotonic();
    TrialSample sample;
    sample.at = now - started_;
    sample.alerts = own_alerts_;
    sample.lag_ms = lag_.TakeRecentMedianMs();
    sample.issued_syscalls = runner_.engine_.Poll().issued_syscalls;
    double events_per_sec = 0;
    if (absl::StatusOr<CounterReading> counters = runner_.sensor_.sensor().LatestCounters();
        counters.ok() && counters->at >= before_.at) {
      sample.counted_at = counters->at - started_at_;
      sample.events = counters->kernel_events - before_.kernel_events;
      sample.drops = counters->kernel_drops - before_.kernel_drops;
      ring_.Saw(*counters);
      absl::Duration counted = counters->at - before_.at;
      if (counted > absl::ZeroDuration()) {
        events_per_sec = static_cast<double>(sample.events) / absl::ToDoubleSeconds(counted);
      }
    }
    if (absl::StatusOr<CgroupStats> stats = runner_.sensor_.Stats(); stats.ok()) {
      sample.memory_bytes = stats->memory_bytes;
      if (now > last_tick_) {
        sample.cpu_cores =
            absl::FDivDuration(stats->cpu_usage - last_stats_.cpu_usage, now - last_tick_);
      }
      last_stats_ = *stats;
    }
    last_tick_ = now;
    early_stop_.Saw(sample);
    if (runner_.progress_) {
      runner_.progress_({.stage = plan_.stage,
                         .stage_elapsed = sample.at,
                         .stage_total = plan_.request.duration,
                         .last_sample = sample,
                         .events_per_sec = events_per_sec});
    }
    samples_.push_back(sample);
  }

  bool Hopeless() const { return early_stop_.Hopeless(); }

  // By the counters when the backlog was worked off.
  void FillCounters(const CounterReading& after, TrialMeasurement* trial) {
    if (CountersStartedOver(before_, after)) {
      trial->disturbance =
          "the sensor was reloaded meanwhile: its counters started over (SIGHUP, or "
          "watch_config_files and a file that changed)";
      return;
    }
    trial->events = after.kernel_events - before_.kernel_events;
    trial->drops = after.kernel_drops - before_.kernel_drops;
    trial->output_queue_drops = after.output_queue_drops - before_.output_queue_drops;
    trial->ring_events_seen = ring_.full_events();
  }

  void FillAlerts(absl::Duration load_duration, TrialMeasurement* trial) {
    trial->alerts_received = own_alerts_;
    trial->lag = lag_.Summarize(load_duration);
  }

  // Hands the samples over.
  void FillSamples(TrialMeasurement* trial) {
    for (const TrialSample& sample : samples_) {
      trial->peak_memory_bytes = std::max(trial->peak_memory_bytes, sample.memory_bytes);
    }
    trial->samples = std::move(samples_);
  }

  TrialRunner& runner_;
  const TrialPlan& plan_;
  const CounterReading before_;
  const CgroupStats stats_before_;
  CgroupStats last_stats_;
  const absl::Time started_at_;
  const absl::Duration started_;
  absl::Duration last_tick_;
  EarlyStop early_stop_;
  RingFill ring_;
  LagTracker lag_;
  std::vector<TrialSample> samples_;
  int64_t own_alerts_ = 0;
};

TrialRunner::TrialRunner(LimitedSensor& sensor, LoadEngine& engine, StallProbe& stalls,
                         Rig::ProgressSink progress, const std::atomic<bool>& cancelled,
                         Clock& clock)
    : sensor_(sensor),
      engine_(engine),
      stalls_(stalls),
      progress_(std::move(progress)),
      cancelled_(cancelled),
      clock_(clock) {}

absl::Status TrialRunner::AwaitDrained() {
  const absl::Duration deadline = clock_.Monotonic() + kLongestWait;
  while (left_ && clock_.Monotonic() < deadline) {
    if (cancelled_) return absl::CancelledError("cancelled");
    const absl::StatusOr<CounterReading> now =
        sensor_.sensor().CountersAfter(clock_.Now(), kCounterTimeout);
    // Whoever has died, or began anew, has nothing left.
    if (!now.ok() || CountersStartedOver(left_->before, *now)) break;
    left_->drain.SawCounters(*now);
    for (const AlertRecord& alert : sensor_.sensor().DrainAlerts()) {
      if (alert.of_marker) ++left_->own_alerts;
    }
    left_->drain.SawAlerts(left_->own_alerts, clock_.Monotonic());
    if (left_->drain.Done(clock_.Monotonic())) break;
  }
  left_.reset();
  return absl::OkStatus();
}

bool TrialRunner::RecordDeath(TrialMeasurement* trial) {
  std::optional<LimitedSensor::Death> death = sensor_.CheckDeath();
  if (!death) return false;
  trial->oom_killed = death->oom_killed;
  trial->sensor_restarted = true;
  trial->sensor_exit = death->description;
  if (trial->disturbance.empty()) trial->disturbance = sensor_.TakeDisturbance();
  return true;
}

absl::StatusOr<CounterReading> TrialRunner::DrainOf(Window& window, TrialMeasurement* trial) {
  absl::StatusOr<CounterReading> counters = absl::UnavailableError("not read yet");
  const absl::Duration deadline = clock_.Monotonic() + kDrainTimeout;
  Drain drain(window.before_, sensor_.sensor().tells_alerts(), window.own_alerts_,
              clock_.Monotonic());
  while (!cancelled_) {
    if (drain.EventsDone()) {
      clock_.Sleep(kTick);
    } else {
      counters = sensor_.sensor().CountersAfter(clock_.Now(), kCounterTimeout);
      if (counters.ok()) drain.SawCounters(*counters);
    }
    window.CollectAlerts();
    drain.SawAlerts(window.own_alerts_, clock_.Monotonic());
    if (RecordDeath(trial) || !counters.ok() || drain.Done(clock_.Monotonic())) break;
    if (clock_.Monotonic() > deadline) {
      left_ = {.drain = drain, .before = window.before_, .own_alerts = window.own_alerts_};
      break;
    }
  }
  return counters;
}

absl::StatusOr<TrialMeasurement> TrialRunner::Run(const TrialPlan& plan, TrialReadings* readings) {
  TrialMeasurement trial;
  trial.request = plan.request;

  // Prepared before the counters are read and stopped after: what the processes' own start and end
  // make is not the load's.
  BENCH_RETURN_IF_ERROR(engine_.Prepare(plan.load));
  const auto stop_load = absl::MakeCleanup([this] { engine_.Stop().IgnoreError(); });
  absl::StatusOr<CounterReading> before =
      sensor_.sensor().CountersAfter(clock_.Now(), kCounterTimeout);
  if (!before.ok()) {
    trial.started_at = clock_.Now();
    if (RecordDeath(&trial)) return trial;
    return absl::UnavailableError(
        absl::StrCat("the sensor runs but reports no counters: ", before.status().message()));
  }
  const SensorUsage usage_before = ReadUsage(sensor_);
  if (!usage_before.group.ok()) return usage_before.group.status();
  idle_memory_.Idle(sensor_.sensor().pid(), usage_before.resident_bytes);
  sensor_.sensor().SetAlertMarker(plan.load.marker);
  sensor_.sensor().DrainAlerts();

  BENCH_RETURN_IF_ERROR(engine_.Begin());
  stalls_.Reset();
  Window window(*this, plan, *before, *usage_before.group);
  trial.started_at = window.started_at_;
  while (!engine_.Finished() && !cancelled_) {
    clock_.Sleep(kTick);
    window.Tick();
    if (RecordDeath(&trial) || window.Hopeless()) break;
  }
  // Read the causes now, while they are the load's and not yet the drain's.
  const absl::Duration loaded = clock_.Monotonic() - window.started_;
  const SensorUsage usage_after = ReadUsage(sensor_);
  const StallReading stall = stalls_.Read();
  engine_.EndLoad();

  // Let the sensor work its backlog off, so that every event and alert of the trial is counted, and
  // counted in no other.
  absl::StatusOr<CounterReading> after = absl::UnavailableError("the sensor died");
  if (!trial.sensor_restarted) after = DrainOf(window, &trial);
  if (cancelled_) return absl::CancelledError("cancelled");
  if (!trial.sensor_restarted && !after.ok()) {
    return absl::UnavailableError(
        absl::StrCat("the sensor stopped reporting counters: ", after.status().message()));
  }
  BENCH_ASSIGN_OR_RETURN(const LoadResult load, engine_.Stop());

  if (trial.disturbance.empty()) trial.disturbance = sensor_.TakeDisturbance();
  FillLoad(load, &trial);
  FillStalls(stall, &trial);
  FillUsage(usage_before, usage_after, loaded, &trial);
  if (after.ok()) window.FillCounters(*after, &trial);
  window.FillAlerts(load.duration, &trial);
  idle_memory_.Loaded(trial.lag);
  trial.resident_growth_bytes = idle_memory_.GrowthTo(usage_after.resident_bytes);
  if (readings != nullptr) {
    readings->before = *before;
    if (after.ok()) readings->after = *after;
    readings->load = load.stats;
    readings->own_alerts = window.own_alerts_;
  }
  window.FillSamples(&trial);
  return trial;
}

}  // namespace bench
