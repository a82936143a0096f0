// Between the worker's plain structs and the messages that travel.
#pragma once

#include "bench/v1/agent.pb.h"
#include "bench/v1/model.pb.h"
#include "worker/host/host_facts.h"
#include "worker/host/host_load.h"
#include "worker/rig/rig.h"
#include "worker/search/cause.h"
#include "worker/search/judge.h"
#include "worker/search/search_method.h"

namespace bench {

v1::Result::Verdict ToProto(Verdict verdict);
v1::Result::LimitedBy ToProto(Cause cause);
v1::Trial::Phase ToProto(TrialPhase phase);
v1::Trial::Class ToProto(TrialClass trial_class);

// A rate in the run's three units, by the profile's calibration.
v1::Rates RatesAt(double syscalls_per_sec, const Calibration& calibration);

v1::Trial ToProto(const TrialMeasurement& measurement, const Judgement& judgement,
                  const Calibration& calibration);
v1::Sample ToProto(const TrialSample& sample);
v1::Baseline ToProto(const BaselineReading& baseline);
v1::ActionCalibration ToProto(const Calibration::Unit& unit);
v1::SensorInfo ToProto(const SensorIdentity& sensor);
v1::Manifest MakeManifest(const HostFacts& host, const RigFacts& rig);
// What is known only when the run has ended.
void SetHostLoad(const HostLoad& load, v1::Manifest* manifest);

// Of method "doubling" the recipe's actions without their filler.
MixSpec ToMixSpec(const v1::SweepSpec& spec);
RigSpec ToRigSpec(const v1::Assignment& assignment);
// Without the hint and the time budget, which the executor knows.
SearchOptions ToSearchOptions(const v1::SweepSpec& spec);

}  // namespace bench
