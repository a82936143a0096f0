#include <memory>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "bench/v1/agent.grpc.pb.h"
#include "controller/rpc/reply.h"
#include "controller/rpc/services.h"

namespace bench {
namespace {

using grpc::CallbackServerContext;
using grpc::ServerUnaryReactor;

// A long poll: lives until gRPC says OnDone, which comes after Finish.
class AcquireReactor final : public ServerUnaryReactor {
 public:
  AcquireReactor(Engine& engine, const v1::AcquireRunRequest& request,
                 v1::AcquireRunResponse* response)
      : engine_(engine) {
    std::shared_ptr<Poll> poll = engine_.AcquireRun(request, ReplyTo(this, response));
    absl::MutexLock lock(&mutex_);
    poll_ = poll;
    if (cancelled_) engine_.GiveUp(*poll_);
  }

  void OnCancel() override {
    absl::MutexLock lock(&mutex_);
    cancelled_ = true;
    if (poll_ != nullptr) engine_.GiveUp(*poll_);
  }
  void OnDone() override { delete this; }

 private:
  Engine& engine_;
  absl::Mutex mutex_;  // the client may go away while the poll is being made
  std::shared_ptr<Poll> poll_ ABSL_GUARDED_BY(mutex_);
  bool cancelled_ ABSL_GUARDED_BY(mutex_) = false;
};

class AgentServiceImpl final : public v1::AgentService::CallbackService {
 public:
  explicit AgentServiceImpl(Engine& engine) : engine_(engine) {}

  ServerUnaryReactor* Register(CallbackServerContext* context, const v1::RegisterRequest* request,
                               v1::RegisterResponse* response) override {
    return Write(engine_, context, &Dispatcher::Register, request, response);
  }
  ServerUnaryReactor* AcquireRun(CallbackServerContext*, const v1::AcquireRunRequest* request,
                                 v1::AcquireRunResponse* response) override {
    return new AcquireReactor(engine_, *request, response);
  }
  ServerUnaryReactor* Report(CallbackServerContext* context, const v1::ReportRequest* request,
                             v1::ReportResponse* response) override {
    return Write(engine_, context, &Dispatcher::Report, request, response);
  }
  ServerUnaryReactor* Finish(CallbackServerContext* context, const v1::FinishRequest* request,
                             v1::FinishResponse* response) override {
    return Write(engine_, context, &Dispatcher::Finish, request, response);
  }

 private:
  Engine& engine_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeAgentService(Engine& engine) {
  return std::make_unique<AgentServiceImpl>(engine);
}

}  // namespace bench
