// A sensor inside a control group of ours: started under the memory limit, given the CPU limit when
// it is ready, seen when it dies, taken down with its group.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "worker/cleanup/journal.h"
#include "worker/falco/sensor.h"
#include "worker/limits/cgroup.h"
#include "worker/rig/limited_sensor.h"

namespace bench {

using SensorFactory = std::function<absl::StatusOr<std::unique_ptr<Sensor>>()>;

// See LimitedSensor.
class StartedSensor final : public LimitedSensor {
 public:
  // `metrics_interval`: how often it is to tell its counters.
  StartedSensor(SensorFactory factory, CgroupMounts mounts, Journal* journal,
                absl::Duration metrics_interval, LimitedSensorOptions options);
  ~StartedSensor() override;

  // Why the CPU limit comes last: Falco loads its BPF programs with the whole CPU in 2 s, with a
  // quarter of one in 9 s, and with a metrics timer beside not at all.
  // Tried twice, the second time with twice the metrics interval: Falco's metrics timer interrupts
  // the loading of its own BPF programs, and now and then it gives up.
  absl::Status Start() override;
  // Stops the sensor, removes the group and strikes both out of the journal. Idempotent.
  absl::Status Stop() override;

  std::optional<Death> CheckDeath() override;
  Sensor& sensor() override { return *sensor_; }
  absl::StatusOr<CgroupStats> Stats() const override;
  std::vector<int> cpus() const override { return options_.cpus; }

 private:
  absl::Status StartOnce();
  absl::Status CreateGroup();
  absl::Status ApplyAndVerify(bool with_cpu);
  absl::Status ExplainFailedStart(const absl::Status& status);

  const SensorFactory factory_;
  const CgroupMounts mounts_;
  Journal* const journal_;
  const LimitedSensorOptions options_;
  absl::Duration metrics_interval_;
  std::unique_ptr<Cgroup> group_;
  std::unique_ptr<Sensor> sensor_;
  std::vector<Journal::Entry> entries_;
  int64_t oom_kills_at_start_ = 0;
};

}  // namespace bench
