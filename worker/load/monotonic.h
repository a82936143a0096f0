#pragma once

#include <cstdint>
#include <ctime>

namespace bench {

// CLOCK_MONOTONIC, read through the vDSO: no system call. Generators and their engine agree on it.
inline int64_t MonotonicNs() {
  timespec now = {};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * int64_t{1'000'000'000} + now.tv_nsec;
}

}  // namespace bench
