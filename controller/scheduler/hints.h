// Where a search should start, from what is known already. A hint is never a bound. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "common/settings/sensor_settings.h"

namespace bench {

// One rate found before, nearest kind first.
enum class HintSource {
  kEarlierAttempt,   // the same run's own trials
  kSameNode,         // the same campaign on the same node
  kOtherNode,        // the same campaign on another node
  kEarlierCampaign,  // the same node, sensor and load, some time ago
};

struct KnownRate {
  HintSource source = HintSource::kSameNode;
  int32_t cpu_millis = 0;    // 0 = no limit
  int64_t memory_bytes = 0;  // 0 = no limit
  double syscalls_per_sec = 0;
  SensorSettings settings;
};

// One judged trial of an earlier attempt.
struct KnownTrial {
  double syscalls_per_sec = 0;
  bool bad = false;  // lost events; otherwise it was clean
};

// The rates in `known`, best first, as expected under `cpu_millis`: taken as they are from a cell
// of the same CPU limit, otherwise scaled by the share of one core that both limits leave (a
// sensor's engine is one thread, so beyond a core more is no use). At most `max_hints`.
// Same cell goes before neighbours, then the source, then the nearest CPU, then the nearest memory.
// Only from the same settings: what another driver or other rules cost is what a sweep asks.
std::vector<double> ChooseHints(int32_t cpu_millis, int64_t memory_bytes,
                                const SensorSettings& settings, std::vector<KnownRate> known,
                                size_t max_hints);

// Where an attempt that ended early stood: between its highest clean rate and the lowest bad one
// above it. 0 = it knew nothing yet.
double RateOfEarlierAttempt(const std::vector<KnownTrial>& trials);

}  // namespace bench
