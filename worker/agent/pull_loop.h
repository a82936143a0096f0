// Registers, takes one run after the other, and carries each to its end.
#pragma once

#include <atomic>
#include <string>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "bench/v1/agent.pb.h"
#include "common/os/clock.h"
#include "worker/agent/agent_client.h"
#include "worker/agent/run_executor.h"

namespace bench {

// Thread-safe. Runs are executed on the loop's own thread, which outlives each run's processes.
class PullLoop {
 public:
  // `client` is not owned. Starts the thread.
  PullLoop(AgentClient& client, v1::Node node, RigFactory factory, HostFacts host, Clock& clock);
  ~PullLoop();

  // Cancels what runs, waits for its clean-up. Idempotent.
  void Stop();
  // Why the loop ended by itself; ok while it runs.
  absl::Status status() const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  void Loop();
  bool RegisterUntilAccepted();
  void ExecuteOne(const v1::Assignment& assignment);
  void End(const absl::Status& status) ABSL_LOCKS_EXCLUDED(mutex_);
  void SleepUnlessStopped(absl::Duration duration);

  AgentClient& client_;
  const v1::Node node_;
  const RigFactory factory_;
  const HostFacts host_;
  Clock& clock_;
  std::atomic<bool> stopping_ = false;
  std::atomic<bool> run_cancelled_ = false;
  mutable absl::Mutex mutex_;
  absl::Status ended_ ABSL_GUARDED_BY(mutex_);
  std::thread thread_;
};

}  // namespace bench
