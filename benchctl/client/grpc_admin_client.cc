#include "benchctl/client/grpc_admin_client.h"

#include <utility>

#include "bench/v1/admin.grpc.pb.h"
#include "benchctl/client/client_errors.h"
#include "common/rpc/call.h"

namespace bench {
namespace {

using Async = class v1::AdminService::Stub::async;

class GrpcAdminClient final : public AdminClient {
 public:
  GrpcAdminClient(const std::shared_ptr<grpc::Channel>& channel, std::string address,
                  absl::Duration deadline)
      : stub_(v1::AdminService::NewStub(channel)),
        address_(std::move(address)),
        deadline_(deadline) {}

  absl::StatusOr<v1::SubmitSweepResponse> SubmitSweep(
      const v1::SubmitSweepRequest& request) override {
    return Call<v1::SubmitSweepResponse>(&Async::SubmitSweep, request);
  }
  absl::StatusOr<v1::CancelCampaignResponse> CancelCampaign(
      const v1::CancelCampaignRequest& request) override {
    return Call<v1::CancelCampaignResponse>(&Async::CancelCampaign, request);
  }
  absl::StatusOr<v1::ListCampaignsResponse> ListCampaigns(
      const v1::ListCampaignsRequest& request) override {
    return Call<v1::ListCampaignsResponse>(&Async::ListCampaigns, request);
  }
  absl::StatusOr<v1::GetCampaignResponse> GetCampaign(
      const v1::GetCampaignRequest& request) override {
    return Call<v1::GetCampaignResponse>(&Async::GetCampaign, request);
  }
  absl::StatusOr<v1::ListRunsResponse> ListRuns(const v1::ListRunsRequest& request) override {
    return Call<v1::ListRunsResponse>(&Async::ListRuns, request);
  }
  absl::StatusOr<v1::GetRunResponse> GetRun(const v1::GetRunRequest& request) override {
    return Call<v1::GetRunResponse>(&Async::GetRun, request);
  }
  absl::StatusOr<v1::GetProgressResponse> GetProgress(
      const v1::GetProgressRequest& request) override {
    return Call<v1::GetProgressResponse>(&Async::GetProgress, request);
  }

 private:
  template <typename Response, typename Request>
  absl::StatusOr<Response> Call(void (Async::*method)(grpc::ClientContext*, const Request*,
                                                      Response*, std::function<void(grpc::Status)>),
                                const Request& request) {
    auto response = CallUnary<Response>(stub_->async(), method, request, deadline_);
    if (!response.ok()) return DescribeCallError(response.status(), address_);
    return response;
  }

  const std::unique_ptr<v1::AdminService::Stub> stub_;
  const std::string address_;
  const absl::Duration deadline_;
};

}  // namespace

std::unique_ptr<AdminClient> MakeGrpcAdminClient(const std::shared_ptr<grpc::Channel>& channel,
                                                 std::string address, absl::Duration deadline) {
  return std::make_unique<GrpcAdminClient>(channel, std::move(address), deadline);
}

}  // namespace bench
