#include "worker/rig/calibration.h"

#include <algorithm>
#include <utility>
#include "worker/search/throttle.h"

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

Calibration MixCalibration(const Mix& mix, std::vector<Calibration::Unit> units) {
  Calibration calibration;
  double events = 0;
  double alerts = 0;
  double syscalls = 0;
  for (int step : mix.cycle) {
    const char* name = mix.actions[static_cast<size_t>(step)]->name;
    auto unit = std::find_if(units.begin(), units.end(),
                             [name](const Calibration::Unit& u) { return u.action == name; });
    if (unit == units.end()) continue;
    events += unit->events_per_action;
    alerts += unit->alerts_per_action;
    syscalls += unit->syscalls_per_action;
  }
  if (syscalls > 0) {
    calibration.events_per_syscall = events / syscalls;
    calibration.alerts_per_syscall = alerts / syscalls;
    calibration.actions_per_syscall = mix.actions_per_cycle / syscalls;
  }
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

// How many events the rings hold that the load feeds; 0 = not known.
double RingEvents(const RigFacts& facts) {
  // A ring of 8 MiB was seen to hold 135,000 to 160,000 open and close events.
  constexpr double kBytesPerEvent = 56;
  // Each generator may run on CPUs with a ring of their own, as far as there are rings.
  const int fed = std::min(std::max(1, facts.generators), facts.rings > 0 ? facts.rings : 1 << 20);
  return static_cast<double>(facts.ring_bytes) * fed / kBytesPerEvent;
}

}  // namespace

double HiddenSyscalls(const Calibration& calibration, const RigFacts& facts) {
  if (calibration.events_per_syscall <= 0) return 0;
  const bool canary = std::any_of(
      calibration.units.begin(), calibration.units.end(), [](const Calibration::Unit& unit) {
        return unit.action == kCanaryAction && unit.alerts_per_action > 0;
      });
  if (facts.alerts_tell_lag && (calibration.alerts_per_syscall > 0 || canary)) return 0;
  return RingEvents(facts) / calibration.events_per_syscall;
}

JudgeOptions JudgeOptionsFor(const RigSpec& spec, const BaselineReading& baseline,
                             const Calibration& calibration, const RigFacts& facts) {
  return {.max_loss = spec.max_loss,
          .throttle_allowance_ms = ThrottleAllowanceMs(spec.cpu_millis),
          .baseline_lag_ms = baseline.lag_median_ms,
          .baseline_drops = baseline.drops,
          .baseline_duration = baseline.duration,
          .ring_events = RingEvents(facts),
          .ring_syscalls = HiddenSyscalls(calibration, facts)};
}

}  // namespace bench
