// Answers of one sweep that can't both be true. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "common/settings/sensor_settings.h"

namespace bench {

// What a cell gave on a node.
struct CellAnswer {
  std::string node;
  int32_t cpu_millis = 0;    // 0 = no limit: more than any
  int64_t memory_bytes = 0;  // 0 = no limit
  double syscalls_per_sec = 0;
  SensorSettings settings;
};

// Indices of the answers that contradict a neighbour, ascending: on the same node and with the same
// memory and settings, the next CPU limit above gave less, by more than twice the precision (0.05 =
// 5%). Which of the two is wrong is not known: both are named.
std::vector<size_t> Contradicting(const std::vector<CellAnswer>& answers, double precision);

}  // namespace bench
