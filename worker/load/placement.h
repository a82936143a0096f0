// How many generator processes, and which CPUs for them and for the sensor. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace bench {

struct Placement {
  int generators = 1;
  std::vector<int> sensor_cpus;     // empty = all
  std::vector<int> generator_cpus;  // empty = all
};

// `wanted_generators` <= 0: as many as the sensor's limit leaves CPUs, at least one. Generator and
// sensor get CPUs of their own where there are enough for both; otherwise, and
// without `pin`, neither is pinned.
// `cpus`: those that may be used, ascending, not empty. `cpu_millis` 0 = no limit.
Placement PlaceProcesses(const std::vector<int>& cpus, int32_t cpu_millis, int wanted_generators,
                         bool pin);

// "0-1,3"; "" for an empty list.
std::string FormatCpuList(const std::vector<int>& cpus);

}  // namespace bench
