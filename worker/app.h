// Wires a worker: journal, rigs, the pull loop. Used by bench-worker and, in one process with a
// controller, by benchctl.
#pragma once

#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "grpcpp/channel.h"
#include "worker/options.h"

namespace bench {

// Thread-safe.
class WorkerApp {
 public:
  // Undoes what a killed worker left (each undone thing is a line in the log), registers, polls.
  static absl::StatusOr<std::unique_ptr<WorkerApp>> Start(const WorkerOptions& options,
                                                          std::shared_ptr<grpc::Channel> channel);
  virtual ~WorkerApp() = default;
  // Why the pull loop ended by itself, e.g. the controller refused it; ok while it runs.
  virtual absl::Status status() const = 0;
  // Cancels a running run, cleans up, joins. Idempotent. Blocks for a few seconds at most.
  virtual void Stop() = 0;
};

}  // namespace bench
