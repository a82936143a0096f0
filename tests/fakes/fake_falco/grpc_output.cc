#include <chrono>
#include <deque>
#include <optional>

#include "absl/base/thread_annotations.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "common/os/files.h"
#include "common/status/status_macros.h"
#include "falco/outputs.grpc.pb.h"
#include "grpcpp/security/server_credentials.h"
#include "grpcpp/server.h"
#include "grpcpp/server_builder.h"
#include "tests/fakes/fake_falco/output.h"

namespace bench {
namespace {

using falco::outputs::request;
using falco::outputs::response;

constexpr std::chrono::milliseconds kGrace(100);  // for the calls that are open at the end
constexpr int kInternalSource = 2;

response ToResponse(const FakeAlert& alert, bool names_source) {
  response made;
  made.mutable_time()->set_seconds(absl::ToUnixSeconds(alert.time));
  made.mutable_time()->set_nanos(static_cast<int>(
      absl::ToInt64Nanoseconds(alert.time - absl::FromUnixSeconds(made.time().seconds()))));
  made.set_priority(alert.priority_number);
  made.set_rule(alert.rule);
  made.set_output(AlertText(alert));
  for (const auto& [key, value] : alert.fields) (*made.mutable_output_fields())[key] = value;
  made.set_hostname(kFakeHostname);
  for (const std::string& tag : alert.tags) made.add_tags(tag);
  if (names_source) {
    made.set_source(alert.source);
  } else if (alert.source == "internal") {
    made.set_source_deprecated(kInternalSource);
  }
  return made;
}

class Service final : public falco::outputs::service::Service {
 public:
  void Push(response alert) {
    absl::MutexLock lock(&mutex_);
    queue_.push_back(std::move(alert));
  }

  grpc::Status sub(grpc::ServerContext* /*context*/,
                   grpc::ServerReaderWriter<response, request>* stream) override {
    request asked;
    while (stream->Read(&asked)) {
      while (auto alert = Pop()) {
        if (!stream->Write(*alert)) return grpc::Status::OK;
      }
    }
    return grpc::Status::OK;
  }

  grpc::Status get(grpc::ServerContext* /*context*/, const request* /*asked*/,
                   grpc::ServerWriter<response>* writer) override {
    while (auto alert = Pop()) {
      if (!writer->Write(*alert)) break;
    }
    return grpc::Status::OK;
  }

 private:
  std::optional<response> Pop() {
    absl::MutexLock lock(&mutex_);
    if (queue_.empty()) return std::nullopt;
    response first = std::move(queue_.front());
    queue_.pop_front();
    return first;
  }

  absl::Mutex mutex_;
  std::deque<response> queue_ ABSL_GUARDED_BY(mutex_);
};

class GrpcOutput final : public Output {
 public:
  explicit GrpcOutput(bool names_source) : names_source_(names_source) {}
  ~GrpcOutput() override {
    if (server_ != nullptr) server_->Shutdown(std::chrono::system_clock::now() + kGrace);
  }

  absl::Status Listen(const FakeConfig::Grpc& config) {
    grpc::ServerBuilder builder;
    BENCH_ASSIGN_OR_RETURN(const std::shared_ptr<grpc::ServerCredentials> credentials,
                           Credentials(config));
    int port = 0;
    builder.AddListeningPort(config.bind_address, credentials, &port);
    if (config.threadiness > 0) {
      builder.SetSyncServerOption(grpc::ServerBuilder::MAX_POLLERS, config.threadiness);
    }
    builder.RegisterService(&service_);
    server_ = builder.BuildAndStart();
    if (server_ == nullptr || port == 0) {
      return absl::UnavailableError(
          absl::StrCat("Error starting gRPC server at ", config.bind_address));
    }
    return absl::OkStatus();
  }

  void Send(const FakeAlert& alert, const std::string& /*line*/) override {
    service_.Push(ToResponse(alert, names_source_));
  }

 private:
  // On a Unix socket none, on TCP always mutual TLS.
  static absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> Credentials(
      const FakeConfig::Grpc& config) {
    if (absl::StartsWith(config.bind_address, "unix:")) return grpc::InsecureServerCredentials();
    grpc::SslServerCredentialsOptions tls(
        GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
    BENCH_ASSIGN_OR_RETURN(tls.pem_root_certs, ReadFile(config.root_certs));
    BENCH_ASSIGN_OR_RETURN(const std::string key, ReadFile(config.private_key));
    BENCH_ASSIGN_OR_RETURN(const std::string chain, ReadFile(config.cert_chain));
    tls.pem_key_cert_pairs = {{key, chain}};
    return grpc::SslServerCredentials(tls);
  }

  const bool names_source_;
  Service service_;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Output>> MakeGrpcOutput(const FakeConfig::Grpc& config,
                                                       const FakeRelease& release) {
  auto output = std::make_unique<GrpcOutput>(release.Is(kGrpcSourceNamed));
  BENCH_RETURN_IF_ERROR(output->Listen(config));
  return output;
}

}  // namespace bench
