#include "worker/agent/agent_client.h"

#include <utility>

#include "bench/v1/agent.grpc.pb.h"
#include "common/rpc/call.h"

namespace bench {
namespace {

constexpr absl::Duration kTimeout = absl::Seconds(10);

class GrpcAgentClient final : public AgentClient {
 public:
  explicit GrpcAgentClient(std::shared_ptr<grpc::Channel> channel)
      : stub_(v1::AgentService::NewStub(std::move(channel))) {}

  absl::StatusOr<v1::RegisterResponse> Register(const v1::RegisterRequest& request) override {
    return CallUnary<v1::RegisterResponse>(stub_->async(), &v1::AgentService::Stub::async::Register,
                                           request, kTimeout);
  }
  absl::StatusOr<v1::AcquireRunResponse> AcquireRun(const v1::AcquireRunRequest& request) override {
    return CallUnary<v1::AcquireRunResponse>(stub_->async(),
                                             &v1::AgentService::Stub::async::AcquireRun, request,
                                             kTimeout + absl::Seconds(request.wait_sec()));
  }
  absl::StatusOr<v1::ReportResponse> Report(const v1::ReportRequest& request) override {
    return CallUnary<v1::ReportResponse>(stub_->async(), &v1::AgentService::Stub::async::Report,
                                         request, kTimeout);
  }
  absl::StatusOr<v1::FinishResponse> Finish(const v1::FinishRequest& request) override {
    return CallUnary<v1::FinishResponse>(stub_->async(), &v1::AgentService::Stub::async::Finish,
                                         request, kTimeout);
  }

 private:
  const std::unique_ptr<v1::AgentService::Stub> stub_;
};

}  // namespace

std::unique_ptr<AgentClient> MakeAgentClient(std::shared_ptr<grpc::Channel> channel) {
  return std::make_unique<GrpcAgentClient>(std::move(channel));
}

bool IsTransient(const absl::Status& status) {
  return absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status) ||
         absl::IsAborted(status) || absl::IsResourceExhausted(status);
}

}  // namespace bench
