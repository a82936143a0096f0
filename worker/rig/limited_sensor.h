// A sensor inside a control group of ours: started under the memory limit, given the CPU limit when
// it is ready, seen when it dies, taken down with its group.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "worker/cleanup/journal.h"
#include "worker/falco/sensor.h"
#include "worker/limits/cgroup.h"

namespace bench {

using SensorFactory = std::function<absl::StatusOr<std::unique_ptr<Sensor>>()>;

struct LimitedSensorOptions {
  std::string group_name;  // "falco-bench-<run>"
  CgroupLimits limits;
  std::vector<int> cpus;    // affinity; empty = all
  std::string scratch_dir;  // for the sensor's counter file; exists
  absl::Duration metrics_interval;
  absl::Duration ready_timeout = absl::Seconds(60);
};

// Not thread-safe. The thread that calls Start must outlive the sensor.
class LimitedSensor {
 public:
  LimitedSensor(SensorFactory factory, CgroupMounts mounts, Journal* journal,
                LimitedSensorOptions options);
  ~LimitedSensor();

  // Why the CPU limit comes last: Falco loads its BPF programs with the whole CPU in 2 s, with a
  // quarter of one in 9 s, and with a metrics timer beside not at all.
  // RESOURCE_EXHAUSTED: the memory limit killed it. FAILED_PRECONDITION: it does not start here.
  // Tried twice, the second time with twice the metrics interval: Falco's metrics timer interrupts
  // the loading of its own BPF programs, and now and then it gives up.
  absl::Status Start();
  // Stops the sensor, removes the group and strikes both out of the journal. Idempotent.
  absl::Status Stop();

  // How it ended, if it has; an OOM kill is told apart from other deaths by the group's counter.
  struct Death {
    bool oom_killed = false;
    std::string description;
  };
  std::optional<Death> CheckDeath();

  Sensor& sensor() { return *sensor_; }
  absl::StatusOr<CgroupStats> Stats() const;
  // CPU seconds used by each of its threads so far, by thread id.
  std::map<pid_t, double> ThreadCpuSeconds() const;

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
