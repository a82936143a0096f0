#include "controller/app.h"

#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "common/os/clock.h"
#include "common/rpc/channel.h"
#include "common/status/status_macros.h"
#include "controller/engine/engine.h"
#include "controller/rpc/server.h"
#include "controller/storage/campaign_repository.h"

namespace bench {
namespace {

class RunningController final : public ControllerApp {
 public:
  RunningController(std::unique_ptr<Engine> engine, std::unique_ptr<RpcServer> server)
      : engine_(std::move(engine)), server_(std::move(server)) {}
  ~RunningController() override { Shutdown(); }

  std::shared_ptr<grpc::Channel> InProcessChannel() override { return server_->InProcessChannel(); }
  int port() const override { return server_->port(); }

  void Shutdown() override {
    absl::MutexLock lock(&mutex_);
    if (std::exchange(down_, true)) return;
    engine_->EndPolls();
    server_->Shutdown();
    engine_->Stop();
  }

 private:
  const std::unique_ptr<Engine> engine_;  // outlives the server, whose services use it
  const std::unique_ptr<RpcServer> server_;
  absl::Mutex mutex_;  // a second Shutdown waits for the first
  bool down_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace

absl::StatusOr<std::unique_ptr<ControllerApp>> ControllerApp::Start(
    const ControllerOptions& options) {
  const bool embedded = options.listen.empty();
  if (!embedded) {
    BENCH_RETURN_IF_ERROR(CheckPlaintextAddress(options.listen, options.insecure_allowed));
  }
  EngineOptions engine_options;
  engine_options.db_path = options.db_path;
  engine_options.held_by = std::string(embedded ? kHeldByCommand : kHeldByServer);
  engine_options.lease_ttl = options.lease_ttl;
  engine_options.claim_late = embedded;
  BENCH_ASSIGN_OR_RETURN(std::unique_ptr<Engine> engine, Engine::Open(engine_options, RealClock()));
  BENCH_ASSIGN_OR_RETURN(std::unique_ptr<RpcServer> server,
                         RpcServer::Start(*engine, options.listen));
  return std::make_unique<RunningController>(std::move(engine), std::move(server));
}

}  // namespace bench
