#include "tests/fakes/fake_admin_service.h"

#include <algorithm>
#include <utility>

#include "bench/v1/admin.grpc.pb.h"
#include "benchctl/client/grpc_admin_client.h"
#include "common/rpc/call.h"
#include "grpcpp/server.h"
#include "grpcpp/server_builder.h"

namespace bench {
namespace {

using Context = grpc::CallbackServerContext;

grpc::ServerUnaryReactor* End(Context* context, const absl::Status& status) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  reactor->Finish(ToGrpcStatus(status));
  return reactor;
}

void MarkCancelled(v1::Campaign* campaign, google::protobuf::RepeatedPtrField<v1::Run>* runs) {
  campaign->set_state(v1::Campaign::CANCELLED);
  for (v1::Run& run : *runs) {
    if (run.state() == v1::Run::QUEUED || run.state() == v1::Run::RUNNING) {
      run.set_state(v1::Run::CANCELLED);
    }
  }
}

}  // namespace

class FakeController::Impl final : public v1::AdminService::CallbackService {
 public:
  explicit Impl(AdminScript script) : script_(std::move(script)) {
    grpc::ServerBuilder builder;
    builder.RegisterService(this);
    server_ = builder.BuildAndStart();
  }
  ~Impl() override { server_->Shutdown(); }

  std::shared_ptr<grpc::Channel> Channel() { return server_->InProcessChannel({}); }

  grpc::ServerUnaryReactor* SubmitSweep(Context* context, const v1::SubmitSweepRequest* request,
                                        v1::SubmitSweepResponse* response) override {
    absl::MutexLock lock(&mutex_);
    submitted_.push_back(*request);
    *response->mutable_campaign() = script_.campaign.campaign();
    return End(context, script_.submit);
  }
  grpc::ServerUnaryReactor* CancelCampaign(Context* context,
                                           const v1::CancelCampaignRequest* request,
                                           v1::CancelCampaignResponse* response) override {
    absl::MutexLock lock(&mutex_);
    cancelled_.push_back(request->campaign_id());
    if (request->campaign_id() == script_.campaign.campaign().id()) {
      MarkCancelled(script_.campaign.mutable_campaign(), script_.campaign.mutable_runs());
      for (v1::GetProgressResponse& progress : script_.progress) {
        MarkCancelled(progress.mutable_campaign(), progress.mutable_runs());
      }
    }
    *response->mutable_campaign() = script_.campaign.campaign();
    return End(context, absl::OkStatus());
  }
  grpc::ServerUnaryReactor* GetProgress(Context* context, const v1::GetProgressRequest* /*request*/,
                                        v1::GetProgressResponse* response) override {
    absl::MutexLock lock(&mutex_);
    if (script_.progress.empty()) return End(context, absl::NotFoundError("no progress"));
    *response = script_.progress[std::min(next_progress_, script_.progress.size() - 1)];
    ++next_progress_;
    return End(context, absl::OkStatus());
  }
  grpc::ServerUnaryReactor* GetCampaign(Context* context, const v1::GetCampaignRequest* request,
                                        v1::GetCampaignResponse* response) override {
    absl::MutexLock lock(&mutex_);
    if (request->campaign_id() != script_.campaign.campaign().id()) {
      return End(context, absl::NotFoundError("no such campaign"));
    }
    *response = script_.campaign;
    return End(context, absl::OkStatus());
  }
  grpc::ServerUnaryReactor* GetRun(Context* context, const v1::GetRunRequest* request,
                                   v1::GetRunResponse* response) override {
    absl::MutexLock lock(&mutex_);
    get_run_ = *request;
    if (request->run_id() != script_.run.run().id()) {
      return End(context, absl::NotFoundError("no such run"));
    }
    *response = script_.run;
    return End(context, absl::OkStatus());
  }
  grpc::ServerUnaryReactor* ListCampaigns(Context* context,
                                          const v1::ListCampaignsRequest* /*request*/,
                                          v1::ListCampaignsResponse* response) override {
    absl::MutexLock lock(&mutex_);
    *response = script_.campaigns;
    return End(context, absl::OkStatus());
  }
  grpc::ServerUnaryReactor* ListRuns(Context* context, const v1::ListRunsRequest* request,
                                     v1::ListRunsResponse* response) override {
    absl::MutexLock lock(&mutex_);
    list_runs_ = *request;
    *response = script_.runs;
    return End(context, absl::OkStatus());
  }

  mutable absl::Mutex mutex_;
  AdminScript script_ ABSL_GUARDED_BY(mutex_);
  size_t next_progress_ ABSL_GUARDED_BY(mutex_) = 0;
  std::vector<v1::SubmitSweepRequest> submitted_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::string> cancelled_ ABSL_GUARDED_BY(mutex_);
  v1::GetRunRequest get_run_ ABSL_GUARDED_BY(mutex_);
  v1::ListRunsRequest list_runs_ ABSL_GUARDED_BY(mutex_);

 private:
  std::unique_ptr<grpc::Server> server_;
};

FakeController::FakeController(AdminScript script)
    : impl_(std::make_unique<Impl>(std::move(script))) {}
FakeController::~FakeController() = default;

std::unique_ptr<AdminClient> FakeController::NewClient(const std::string& address) {
  return MakeGrpcAdminClient(impl_->Channel(), address);
}

std::vector<v1::SubmitSweepRequest> FakeController::submitted() const {
  absl::MutexLock lock(&impl_->mutex_);
  return impl_->submitted_;
}
std::vector<std::string> FakeController::cancelled() const {
  absl::MutexLock lock(&impl_->mutex_);
  return impl_->cancelled_;
}
v1::GetRunRequest FakeController::last_get_run() const {
  absl::MutexLock lock(&impl_->mutex_);
  return impl_->get_run_;
}
v1::ListRunsRequest FakeController::last_list_runs() const {
  absl::MutexLock lock(&impl_->mutex_);
  return impl_->list_runs_;
}

}  // namespace bench
