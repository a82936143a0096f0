#include "worker/load/placement.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace bench {

Placement PlaceProcesses(const std::vector<int>& cpus, int32_t cpu_millis, int wanted_generators,
                         bool pin) {
  const int available = static_cast<int>(cpus.size());
  // Unlimited: today's sensors have one busy thread, but may use more; leave it half.
  const int for_sensor =
      cpu_millis > 0 ? (cpu_millis + 999) / 1000 : std::max(1, (available + 1) / 2);
  Placement placement;
  placement.generators =
      wanted_generators > 0 ? wanted_generators : std::max(1, available - for_sensor);
  if (pin && for_sensor + placement.generators <= available) {
    auto boundary = cpus.end() - placement.generators;
    placement.sensor_cpus.assign(cpus.begin(), boundary);
    placement.generator_cpus.assign(boundary, cpus.end());
  }
  return placement;
}

std::string FormatCpuList(const std::vector<int>& cpus) {
  std::string text;
  for (size_t i = 0; i < cpus.size();) {
    size_t last = i;
    while (last + 1 < cpus.size() && cpus[last + 1] == cpus[last] + 1) ++last;
    absl::StrAppend(&text, text.empty() ? "" : ",", cpus[i]);
    if (last > i) absl::StrAppend(&text, "-", cpus[last]);
    i = last + 1;
  }
  return text;
}

}  // namespace bench
