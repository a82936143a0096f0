#include "controller/rpc/server.h"

#include <chrono>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "controller/rpc/services.h"
#include "grpcpp/ext/proto_server_reflection_plugin.h"
#include "grpcpp/health_check_service_interface.h"
#include "grpcpp/security/server_credentials.h"
#include "grpcpp/server.h"
#include "grpcpp/server_builder.h"

namespace bench {
namespace {

// A report with every sample of a long trial, or a listing of 10,000 runs, fits.
constexpr int kMaxMessageBytes = 64 << 20;
constexpr std::chrono::seconds kDrainTime(5);

class GrpcServer final : public RpcServer {
 public:
  GrpcServer(std::unique_ptr<grpc::Service> admin, std::unique_ptr<grpc::Service> agent)
      : admin_(std::move(admin)), agent_(std::move(agent)) {}

  absl::Status Build(const std::string& listen) {
    grpc::ServerBuilder builder;
    builder.SetMaxReceiveMessageSize(kMaxMessageBytes);
    if (!listen.empty()) {
      // Otherwise a second controller could take the same port, and half of the calls.
      builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
      builder.AddListeningPort(listen, grpc::InsecureServerCredentials(), &port_);
      grpc::EnableDefaultHealthCheckService(true);
      grpc::reflection::InitProtoReflectionServerBuilderPlugin();
    }
    builder.RegisterService(admin_.get());
    builder.RegisterService(agent_.get());
    server_ = builder.BuildAndStart();
    if (server_ == nullptr) {
      return absl::UnavailableError(
          absl::StrCat("can't listen on ", listen,
                       ": is the address this host's, and is no other program listening there? "
                       "Name another one with --listen"));
    }
    if (absl::StartsWith(listen, "unix:")) port_ = 0;
    return absl::OkStatus();
  }

  ~GrpcServer() override { Shutdown(); }

  std::shared_ptr<grpc::Channel> InProcessChannel() override {
    grpc::ChannelArguments args;
    args.SetMaxReceiveMessageSize(kMaxMessageBytes);
    return server_->InProcessChannel(args);
  }
  int port() const override { return port_; }
  void Shutdown() override {
    if (server_ != nullptr) server_->Shutdown(std::chrono::system_clock::now() + kDrainTime);
  }

 private:
  const std::unique_ptr<grpc::Service> admin_;
  const std::unique_ptr<grpc::Service> agent_;
  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<RpcServer>> RpcServer::Start(Engine& engine,
                                                            const std::string& listen) {
  auto server = std::make_unique<GrpcServer>(MakeAdminService(engine), MakeAgentService(engine));
  absl::Status built = server->Build(listen);
  if (!built.ok()) return built;
  return std::unique_ptr<RpcServer>(std::move(server));
}

}  // namespace bench
