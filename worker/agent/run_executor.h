// One run from assignment to result: sensor, baseline, calibration, search, clean-up.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "bench/v1/agent.pb.h"
#include "bench/v1/model.pb.h"
#include "common/os/clock.h"
#include "worker/host/host_facts.h"
#include "worker/host/host_load.h"
#include "worker/rig/rig.h"
#include "worker/search/cause.h"
#include "worker/search/idle_overload.h"

namespace bench {

// Where a run's findings go as they come. Called from the run's thread.
class RunSink {
 public:
  virtual ~RunSink() = default;
  virtual void OnProgress(const v1::Progress& progress) = 0;
  virtual void OnTrial(const v1::Trial& trial, const std::vector<v1::Sample>& samples) = 0;
  // When the sensor is up, and again with the host's figures when the search has ended.
  virtual void OnManifest(const v1::Manifest& manifest) = 0;
  virtual void OnBaseline(const v1::Baseline& baseline) = 0;
  virtual void OnCalibration(const std::vector<v1::ActionCalibration>& calibration) = 0;
};

struct ChosenRig {
  std::unique_ptr<Rig> rig;
  std::string note;  // which sensor was taken and why, for people
};
// Makes the rig that an assignment asks for ("auto" is decided here).
using RigFactory = std::function<absl::StatusOr<ChosenRig>(const v1::Assignment&, Rig::ProgressSink,
                                                           const std::atomic<bool>& cancelled)>;

// Looks at the host's counters now.
using HostLoadSource = std::function<HostLoadReading()>;

struct RunOutcome {
  v1::Result result;
  v1::Usage usage;
  v1::SensorInfo sensor;
  bool cancelled = false;
  bool retryable = false;
};

// Not thread-safe; *cancelled may be set from any thread.
class RunExecutor {
 public:
  RunExecutor(const v1::Assignment& assignment, RigFactory factory, RunSink& sink,
              const HostFacts& host, HostLoadSource host_load, const std::atomic<bool>& cancelled,
              Clock& clock);
  // Always ends with an outcome; everything is undone when it returns.
  RunOutcome Execute();

 private:
  absl::Status Prepare();
  // Fills baseline_ and idle_overload_.
  absl::Status LookAtIdleHost();
  absl::Status Search();
  absl::StatusOr<Judgement> RunOneTrial(const TrialRequest& request);
  void ReportProgress(const RigProgress& progress);
  void ReportHostLoad();
  RunOutcome Conclude(const absl::Status& status);
  // Those that were driven at this rate, void ones left out. At 0 there are none.
  std::vector<const TrialMeasurement*> TrialsAt(double syscalls_per_sec) const;
  v1::Usage UsageAtAnswer() const;
  // A rate in all units; events as they were really counted there, the host's own included, so that
  // both ends of the answer can be compared.
  v1::Rates MeasuredRatesAt(double syscalls_per_sec) const;

  const v1::Assignment assignment_;
  const RigFactory factory_;
  RunSink& sink_;
  const HostFacts& host_;
  const HostLoadSource host_load_;
  const std::atomic<bool>& cancelled_;
  Clock& clock_;
  const absl::Duration started_;

  std::unique_ptr<Rig> rig_;
  std::string note_;
  HostLoadReading host_load_at_start_;
  std::optional<v1::Manifest> manifest_;  // once the rig is up
  BaselineReading baseline_;
  std::optional<IdleOverload> idle_overload_;  // then nothing is searched
  Calibration calibration_;
  int64_t ring_events_seen_ = 0;  // the most of any trial
  std::unique_ptr<SearchMethod> search_;
  std::vector<JudgedTrial> trials_;
  std::vector<double> cpu_waits_;  // of each trial: see UsualWait
};

}  // namespace bench
