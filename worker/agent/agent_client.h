// The worker's side of AgentService: four blocking calls, each with a deadline.
#pragma once

#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "bench/v1/agent.pb.h"
#include "grpcpp/channel.h"

namespace bench {

// Thread-safe. Errors: the controller's own; UNAVAILABLE and DEADLINE_EXCEEDED when it can't be
// reached (any call may be repeated then).
class AgentClient {
 public:
  virtual ~AgentClient() = default;
  virtual absl::StatusOr<v1::RegisterResponse> Register(const v1::RegisterRequest& request) = 0;
  virtual absl::StatusOr<v1::AcquireRunResponse> AcquireRun(
      const v1::AcquireRunRequest& request) = 0;
  virtual absl::StatusOr<v1::ReportResponse> Report(const v1::ReportRequest& request) = 0;
  virtual absl::StatusOr<v1::FinishResponse> Finish(const v1::FinishRequest& request) = 0;
};

std::unique_ptr<AgentClient> MakeAgentClient(std::shared_ptr<grpc::Channel> channel);

// Whether calling again later may help.
bool IsTransient(const absl::Status& status);

}  // namespace bench
