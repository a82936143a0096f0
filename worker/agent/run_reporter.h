// Carries a run's findings to the controller in batches, renews its lease, and brings back a
// cancellation or the lease's loss.
#pragma once

#include <atomic>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "bench/v1/agent.pb.h"
#include "common/os/clock.h"
#include "worker/agent/agent_client.h"
#include "worker/agent/run_executor.h"

namespace bench {

// Thread-safe. Batches have sequence numbers and are sent in order, each until it is confirmed, so
// a controller that is away for less than the lease loses nothing.
class RunReporter final : public RunSink {
 public:
  // *cancelled becomes true when the controller cancels the run, when it says that the lease is
  // another's, or when it could not be reached for a whole lease.
  RunReporter(AgentClient& client, const v1::Assignment& assignment, std::atomic<bool>& cancelled,
              Clock& clock);
  ~RunReporter() override;

  void OnProgress(const v1::Progress& progress) override;
  void OnTrial(const v1::Trial& trial, const std::vector<v1::Sample>& samples) override;
  void OnManifest(const v1::Manifest& manifest) override;
  void OnBaseline(const v1::Baseline& baseline) override;
  void OnCalibration(const std::vector<v1::ActionCalibration>& calibration) override;

  // Sends what is left and then the outcome, again and again until the controller has it or the
  // lease has run out. Ends the reporting.
  absl::Status Finish(const RunOutcome& outcome);

 private:
  void Loop();
  // One batch or heartbeat; false when there is no use in going on.
  bool SendOne() ABSL_LOCKS_EXCLUDED(mutex_);
  bool HasBatch() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  AgentClient& client_;
  const std::string run_id_;
  const int64_t epoch_;
  std::atomic<bool>& cancelled_;
  Clock& clock_;

  absl::Mutex mutex_;
  v1::ReportRequest pending_ ABSL_GUARDED_BY(mutex_);  // not yet in a batch
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  bool lease_lost_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Duration lease_ttl_ ABSL_GUARDED_BY(mutex_);
  absl::Duration lease_until_ ABSL_GUARDED_BY(mutex_);  // Clock::Monotonic
  v1::ReportRequest in_flight_;  // the loop's own (and Finish's, after the loop has ended)
  bool unconfirmed_ = false;     // likewise
  int64_t sequence_ = 0;         // likewise
  std::thread loop_;
};

}  // namespace bench
