// A sensor under limits, whoever started it: brought up, seen when it dies, taken down or handed
// back as it was.
#pragma once

#include <sys/types.h>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "worker/falco/sensor.h"
#include "worker/limits/cgroup.h"

namespace bench {

// Not thread-safe. The thread that calls Start must outlive the sensor.
class LimitedSensor {
 public:
  virtual ~LimitedSensor() = default;

  // Up, ready and under its limits afterwards. RESOURCE_EXHAUSTED: the memory limit killed it, or
  // would. FAILED_PRECONDITION: it does not start here, or can't be limited so. May be called again
  // after a death.
  virtual absl::Status Start() = 0;
  // Nothing is left of it, or of what was done to it. Idempotent.
  virtual absl::Status Stop() = 0;

  // How it ended, if it has; an OOM kill is told apart from other deaths by the kernel's counter.
  struct Death {
    bool oom_killed = false;
    std::string description;
  };
  virtual std::optional<Death> CheckDeath() = 0;
  // What somebody else did to it since the last call, so that what was measured meanwhile tells
  // nothing; its limits hold again afterwards. "" = nothing.
  virtual std::string TakeDisturbance() { return ""; }

  virtual Sensor& sensor() = 0;  // from Start to Stop
  virtual absl::StatusOr<CgroupStats> Stats() const = 0;
  virtual std::vector<int> cpus() const = 0;  // its affinity; empty = all
};

// Of one run.
struct LimitedSensorOptions {
  std::string group_name;  // "falco-bench-<run>", for those that get a group of their own
  CgroupLimits limits;
  std::vector<int> cpus;    // affinity; empty = all
  std::string scratch_dir;  // for the sensor's counter file; exists
  absl::Duration ready_timeout = absl::Seconds(60);
};
using LimitedSensorMaker =
    std::function<std::unique_ptr<LimitedSensor>(const LimitedSensorOptions&)>;

// Whether limits that were read back are those that were asked for: INTERNAL says which is not. The
// kernel rounds memory to pages.
absl::Status CheckLimitsHold(const CgroupLimits& wanted, const CgroupLimits& now);

}  // namespace bench
