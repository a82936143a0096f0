#include "worker/rig/calibration.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "common/stats/quantile.h"
#include "worker/search/lateness.h"

namespace bench {

Calibration::Unit CalibrateUnit(const ActionInfo& action, const ActionCount& count) {
  Calibration::Unit unit;
  unit.action = action.name;
  if (count.actions <= 0) return unit;
  auto actions = static_cast<double>(count.actions);
  unit.syscalls_per_action = static_cast<double>(count.syscalls) / actions;
  unit.events_per_action =
      std::max(0.0, (static_cast<double>(count.events) - count.background_events) / actions);
  unit.alerts_per_action = static_cast<double>(count.alerts) / actions;
  return unit;
}

double UsualEventsPerSec(const TrialMeasurement& idle) {
  constexpr double kWindowSec = 1;
  constexpr size_t kFewestWindows = 3;
  std::vector<double> rates;
  TrialSample from;
  for (const TrialSample& sample : idle.samples) {
    const double seconds = absl::ToDoubleSeconds(sample.counted_at - from.counted_at);
    if (seconds < kWindowSec) continue;
    const auto own = static_cast<double>(sample.issued_syscalls - from.issued_syscalls);
    rates.push_back((static_cast<double>(sample.events - from.events) - own) / seconds);
    from = sample;
  }
  if (rates.size() >= kFewestWindows) return std::max(0.0, Median(std::move(rates)));
  const double seconds = absl::ToDoubleSeconds(idle.duration);
  const double own = idle.achieved_syscalls_per_sec * seconds;
  return seconds > 0 ? std::max(0.0, (static_cast<double>(idle.events) - own) / seconds) : 0;
}

bool MayHoldABurst(const Calibration::Unit& unit, const BaselineReading& baseline) {
  constexpr double kManyTimes = 10;
  constexpr double kTwice = 2;
  constexpr double kFewPerSec = 100;
  return unit.events_per_action > kManyTimes * unit.syscalls_per_action ||
         baseline.events_per_sec > kTwice * baseline.usual_events_per_sec + kFewPerSec;
}

Calibration::Unit MedianUnit(std::vector<Calibration::Unit> looks) {
  const auto middle = looks.begin() + static_cast<std::ptrdiff_t>(looks.size() / 2);
  std::nth_element(looks.begin(), middle, looks.end(),
                   [](const Calibration::Unit& a, const Calibration::Unit& b) {
                     return a.events_per_action < b.events_per_action;
                   });
  return *middle;
}

Calibration MixCalibration(const Mix& mix, std::vector<Calibration::Unit> units) {
  Calibration calibration;
  double events = 0;
  double bytes = 0;
  double alerts = 0;
  double syscalls = 0;
  for (int step : mix.cycle) {
    const ActionInfo& action = *mix.actions[static_cast<size_t>(step)];
    const char* name = action.name;
    auto unit = std::find_if(units.begin(), units.end(),
                             [name](const Calibration::Unit& u) { return u.action == name; });
    if (unit == units.end()) continue;
    events += unit->events_per_action;
    bytes += unit->events_per_action * action.event_bytes;
    alerts += unit->alerts_per_action;
    syscalls += unit->syscalls_per_action;
  }
  if (syscalls > 0) {
    calibration.events_per_syscall = events / syscalls;
    calibration.alerts_per_syscall = alerts / syscalls;
    calibration.actions_per_syscall = mix.actions_per_cycle / syscalls;
  }
  if (events > 0) calibration.event_bytes = bytes / events;
  calibration.units = std::move(units);
  return calibration;
}

bool FewEvents(const Mix& mix, const Calibration& calibration) {
  int captured = 0;
  for (int step : mix.cycle) {
    const ActionInfo& action = *mix.actions[static_cast<size_t>(step)];
    captured += action.captured ? action.syscalls_per_action : 0;
  }
  return calibration.events_per_syscall * mix.syscalls_per_cycle < 0.5 * captured;
}

namespace {

// How many events the rings hold that the load feeds.
double RingEvents(const Calibration& calibration, const RigFacts& facts, int64_t ring_events_seen) {
  // Falco's own default, for a sensor that doesn't tell: a ring of no size would hide nothing.
  constexpr int64_t kUsualRingBytes = 8 << 20;
  // The reference sensor's events are small, an exec among them: a record of 56 bytes, and a path.
  constexpr double kReferenceEventBytes = 56;
  if (ring_events_seen > 0) return static_cast<double>(ring_events_seen);
  // Each generator may run on CPUs with a ring of their own, as far as there are rings.
  const int fed = std::min(std::max(1, facts.generators), facts.rings > 0 ? facts.rings : 1 << 20);
  const double event_bytes =
      facts.sensor.kind == "reference" ? kReferenceEventBytes : calibration.event_bytes;
  const int64_t ring_bytes = facts.ring_bytes > 0 ? facts.ring_bytes : kUsualRingBytes;
  return static_cast<double>(ring_bytes) * fed / event_bytes;
}

}  // namespace

double HiddenSyscalls(const Calibration& calibration, const RigFacts& facts,
                      int64_t ring_events_seen) {
  if (calibration.events_per_syscall <= 0) return 0;
  const bool canary = std::any_of(
      calibration.units.begin(), calibration.units.end(), [](const Calibration::Unit& unit) {
        return unit.action == kCanaryAction && unit.alerts_per_action > 0;
      });
  if (facts.alerts_tell_lag && (calibration.alerts_per_syscall > 0 || canary)) return 0;
  return RingEvents(calibration, facts, ring_events_seen) / calibration.events_per_syscall;
}

JudgeOptions JudgeOptionsFor(const RigSpec& spec, const BaselineReading& baseline,
                             const Calibration& calibration, const RigFacts& facts,
                             int64_t ring_events_seen) {
  return {.max_loss = spec.max_loss,
          .throttle_allowance_ms = ThrottleAllowanceMs(spec.cpu_millis),
          .baseline_lag_ms = baseline.lag_median_ms,
          .baseline_drops = baseline.drops,
          .baseline_duration = baseline.duration,
          .ring_events = RingEvents(calibration, facts, ring_events_seen),
          .ring_syscalls = HiddenSyscalls(calibration, facts, ring_events_seen),
          .cpu_millis = spec.cpu_millis};
}

}  // namespace bench
