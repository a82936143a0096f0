// Why a sensor had too little CPU, where it had: its limit, its own making, or others. Pure.
#pragma once

#include <cstdint>
#include <vector>

#include "worker/search/measurement.h"

namespace bench {

struct CpuUse {
  double cores = 0;
  double throttled_ratio = 0;
  double max_thread_cores = 0;
  double runqueue_wait_ratio = 0;  // see TrialMeasurement
};

CpuUse CpuUseOf(const TrialMeasurement& trial);

enum class CpuShortage {
  kNone,
  kLimit,      // it used what it may
  kOneThread,  // one of its threads used a whole core; more of them would not help it
  kOthers,     // it was ready to run, and others had the CPU
};

// Of a sensor that was overloaded. `cpu_millis`: its limit; 0 = none.
CpuShortage FindCpuShortage(const CpuUse& use, int32_t cpu_millis);

// Of this share of the time: ready to run, without a CPU.
inline constexpr double kMuchWaiting = 0.1;

// What a run's trials waited for a CPU of late, as ratios, oldest first: the middle one of the last
// three, where one that there wasn't yet waited for nothing. A load that stays is part of the host
// after two trials.
double UsualWait(const std::vector<double>& waits);

}  // namespace bench
