// Wires a worker: journal, rigs, the pull loop. Used by bench-worker and, in one process with a
// controller, by benchctl.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "grpcpp/channel.h"

namespace bench {

struct WorkerOptions {
  std::string node;  // name; empty = the host's
  std::map<std::string, std::string> labels;
  std::string state_dir;     // journal, lock, scratch files; created
  std::string falco_bin;     // empty = look in PATH
  std::string falco_config;  // empty = Falco's default
  std::string programs_dir;  // where bench-sensor and bench-generator stand; empty = our own folder
};

// The default state directory: the same whatever the database, so that the next start finds what a
// killed one left.
inline constexpr absl::string_view kDefaultStateDir = "/var/lib/falco-bench";

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
