// A Falco that somebody else started, limited where it runs and handed back as it was.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "worker/cleanup/journal.h"
#include "worker/limits/adopted_cgroup.h"
#include "worker/limits/oom_kill_log.h"
#include "worker/rig/limited_sensor.h"

namespace bench {

// Finds the running one and makes the sensor that reads it (its pid is known, nothing is started).
// Called again after it has gone: then it waits, for a bounded time and until the run is cancelled,
// for what its supervisor puts in its place.
using RunningSensorFinder = std::function<absl::StatusOr<std::unique_ptr<Sensor>>()>;

// The parts of the host that it works on.
struct AdoptedSensorHost {
  std::function<absl::StatusOr<std::unique_ptr<AdoptedCgroup>>(pid_t, const BeforeKnobsChange&)>
      adopt = AdoptCgroup;
  std::string kernel_log = kKernelLog;
};

// See LimitedSensor. A restart by its supervisor is no death but a disturbance: the trial is void,
// and the next Start waits for the new process and limits that one. An OOM kill is a death.
class AdoptedSensor final : public LimitedSensor {
 public:
  AdoptedSensor(RunningSensorFinder find, Journal* journal, LimitedSensorOptions options,
                AdoptedSensorHost host = {});
  ~AdoptedSensor() override;

  // Why the CPU limit comes last: one that was restarted a moment ago still loads its BPF programs,
  // and under a small limit it may never be done.
  absl::Status Start() override;
  absl::Status Stop() override;
  std::optional<Death> CheckDeath() override;
  std::string TakeDisturbance() override;
  Sensor& sensor() override { return *sensor_; }
  absl::StatusOr<CgroupStats> Stats() const override;
  std::vector<int> cpus() const override;

 private:
  // Whether it was up, or why not; it may have ended meanwhile.
  absl::Status LimitAndAwait();
  bool HasGone(const absl::Status& status);
  // Told by the group's counter, and where the group was removed or made anew, by the kernel's log.
  bool OomKilled();
  // Gives the group back and strikes it out of the journal.
  absl::Status Release();

  const RunningSensorFinder find_;
  Journal* const journal_;
  const LimitedSensorOptions options_;
  const AdoptedSensorHost host_;
  std::unique_ptr<Sensor> sensor_;
  std::unique_ptr<AdoptedCgroup> group_;
  absl::StatusOr<OomKillLog> kernel_log_ = absl::UnavailableError("not opened");
  std::vector<Journal::Entry> entries_;
  int64_t oom_kills_at_start_ = 0;
  bool restart_told_ = false;
};

}  // namespace bench
