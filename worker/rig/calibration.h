// What a mix makes per system call, from what its actions were measured to make. Pure.
#pragma once

#include <cstdint>
#include <vector>

#include "worker/actions/mix.h"
#include "worker/rig/rig.h"
#include "worker/search/judge.h"

namespace bench {

// Counters around `count` runs of one action.
struct ActionCount {
  int64_t actions = 0;
  int64_t syscalls = 0;
  int64_t events = 0;
  int64_t alerts = 0;
  double background_events = 0;  // what the idle host makes in the same time
};

Calibration::Unit CalibrateUnit(const ActionInfo& action, const ActionCount& count);

// The host's own events/s in the median second of an idle look, whose load was one event a call:
// bursts of others left out. Of all of it where it was too short to tell.
double UsualEventsPerSec(const TrialMeasurement& idle);

// Whether events that the load did not make may be among a unit's: many times as many as its calls,
// or the idle look showed bursts. Then it is to be looked at again.
bool MayHoldABurst(const Calibration::Unit& unit, const BaselineReading& baseline);
// Of several looks at one action the middle one, by its events.
Calibration::Unit MedianUnit(std::vector<Calibration::Unit> looks);

// Fills the mix's own figures from `units`; every action of the mix must be among them.
Calibration MixCalibration(const Mix& mix, std::vector<Calibration::Unit> units);

// Fewer events than half of the calls that sensors capture: the host was busier during the baseline
// than during the calibration, or the sensor is deaf.
bool FewEvents(const Mix& mix, const Calibration& calibration);

// How many system calls of the mix may wait in the sensor's rings before any is lost, where neither
// the mix nor the canary makes alerts that would tell the lag: what a short trial can't see. 0
// where alerts tell it. `ring_events_seen`: the most that a trial of the run saw in full rings
// (TrialMeasurement), which is better than what is assumed of their size and of the events'; 0 =
// none saw it.
double HiddenSyscalls(const Calibration& calibration, const RigFacts& facts,
                      int64_t ring_events_seen);

// What the judge is to know of this host and its sensor; its precision is for the caller to set.
// `ring_events_seen` as above.
JudgeOptions JudgeOptionsFor(const RigSpec& spec, const BaselineReading& baseline,
                             const Calibration& calibration, const RigFacts& facts,
                             int64_t ring_events_seen);

}  // namespace bench
