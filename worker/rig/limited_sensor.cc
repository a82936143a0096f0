#include "worker/rig/limited_sensor.h"

#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "common/units/quantity.h"

namespace bench {

absl::Status CheckLimitsHold(const CgroupLimits& wanted, const CgroupLimits& now) {
  constexpr int64_t kPageTolerance = 65536;
  if (now.cpu_millis != wanted.cpu_millis) {
    return absl::InternalError(absl::StrCat("the CPU limit did not hold: asked for ",
                                            FormatCpuMillis(wanted.cpu_millis),
                                            ", the kernel says ", FormatCpuMillis(now.cpu_millis)));
  }
  if (std::llabs(now.memory_bytes - wanted.memory_bytes) > kPageTolerance) {
    return absl::InternalError(absl::StrCat(
        "the memory limit did not hold: asked for ", FormatMemoryBytes(wanted.memory_bytes),
        ", the kernel says ", FormatMemoryBytes(now.memory_bytes)));
  }
  return absl::OkStatus();
}

}  // namespace bench
