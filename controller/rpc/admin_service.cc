#include "bench/v1/admin.grpc.pb.h"
#include "common/version/version.h"
#include "controller/rpc/reply.h"
#include "controller/rpc/services.h"

namespace bench {
namespace {

using grpc::CallbackServerContext;
using grpc::ServerUnaryReactor;

class AdminServiceImpl final : public v1::AdminService::CallbackService {
 public:
  explicit AdminServiceImpl(Engine& engine) : engine_(engine) {}

  ServerUnaryReactor* GetVersion(CallbackServerContext* context, const v1::GetVersionRequest*,
                                 v1::GetVersionResponse* response) override {
    response->set_version(Version());
    response->set_git_commit(GitCommit());
    ServerUnaryReactor* reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }

  ServerUnaryReactor* SubmitSweep(CallbackServerContext* context,
                                  const v1::SubmitSweepRequest* request,
                                  v1::SubmitSweepResponse* response) override {
    return Write(engine_, context, &Dispatcher::SubmitSweep, request, response);
  }
  ServerUnaryReactor* CancelCampaign(CallbackServerContext* context,
                                     const v1::CancelCampaignRequest* request,
                                     v1::CancelCampaignResponse* response) override {
    return Write(engine_, context, &Dispatcher::CancelCampaign, request, response);
  }

  ServerUnaryReactor* ListCampaigns(CallbackServerContext* context,
                                    const v1::ListCampaignsRequest* request,
                                    v1::ListCampaignsResponse* response) override {
    return Read(engine_, context, &Queries::ListCampaigns, request, response);
  }
  ServerUnaryReactor* GetCampaign(CallbackServerContext* context,
                                  const v1::GetCampaignRequest* request,
                                  v1::GetCampaignResponse* response) override {
    return Read(engine_, context, &Queries::GetCampaign, request, response);
  }
  ServerUnaryReactor* ListRuns(CallbackServerContext* context, const v1::ListRunsRequest* request,
                               v1::ListRunsResponse* response) override {
    return Read(engine_, context, &Queries::ListRuns, request, response);
  }
  ServerUnaryReactor* GetRun(CallbackServerContext* context, const v1::GetRunRequest* request,
                             v1::GetRunResponse* response) override {
    return Read(engine_, context, &Queries::GetRun, request, response);
  }
  ServerUnaryReactor* GetProgress(CallbackServerContext* context,
                                  const v1::GetProgressRequest* request,
                                  v1::GetProgressResponse* response) override {
    return Read(engine_, context, &Queries::GetProgress, request, response);
  }
  ServerUnaryReactor* ListNodes(CallbackServerContext* context, const v1::ListNodesRequest* request,
                                v1::ListNodesResponse* response) override {
    return Read(engine_, context, &Queries::ListNodes, request, response);
  }

 private:
  Engine& engine_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeAdminService(Engine& engine) {
  return std::make_unique<AdminServiceImpl>(engine);
}

}  // namespace bench
