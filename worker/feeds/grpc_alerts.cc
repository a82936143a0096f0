#include <algorithm>
#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"
#include "common/os/clock.h"
#include "common/os/files.h"
#include "common/rpc/call.h"
#include "common/status/status_macros.h"
#include "falco/outputs.grpc.pb.h"
#include "grpcpp/channel.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/security/credentials.h"
#include "grpcpp/support/channel_arguments.h"
#include "worker/falco/quiet_thread.h"
#include "worker/feeds/feed.h"

namespace bench {
namespace {

// How often Falco is asked for what has gathered: a share of the lag that is measured.
constexpr absl::Duration kAskInterval = absl::Milliseconds(5);
constexpr absl::Duration kRetryInterval = absl::Milliseconds(500);
constexpr absl::Duration kStopInterval = absl::Milliseconds(50);  // how soon an end is noticed
// Between attempts to connect; gRPC's own would grow to two minutes.
constexpr int kBackoffMs = 500;
// It is tried several times in it.
constexpr absl::Duration kConnectTimeout = absl::Seconds(5);
constexpr int kInternalSource = 2;  // of source_deprecated

absl::StatusOr<std::shared_ptr<grpc::ChannelCredentials>> Credentials(
    const GrpcAlertsOptions& options) {
  if (options.ca_file.empty()) return grpc::InsecureChannelCredentials();
  grpc::SslCredentialsOptions tls;
  BENCH_ASSIGN_OR_RETURN(tls.pem_root_certs, ReadFile(options.ca_file));
  BENCH_ASSIGN_OR_RETURN(tls.pem_cert_chain, ReadFile(options.cert_file));
  BENCH_ASSIGN_OR_RETURN(tls.pem_private_key, ReadFile(options.key_file));
  return grpc::SslCredentials(tls);
}

std::shared_ptr<grpc::Channel> Connect(
    const std::string& address, const std::shared_ptr<grpc::ChannelCredentials>& credentials) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, kBackoffMs);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, kBackoffMs);
  // This host needs no resolver; its certificate is still one for the name.
  absl::string_view port = address;
  std::string target = address;
  if (absl::ConsumePrefix(&port, "localhost:")) {
    target = absl::StrCat("ipv4:127.0.0.1:", port);
    arguments.SetSslTargetNameOverride("localhost");
  }
  return grpc::CreateCustomChannel(target, credentials, arguments);
}

bool Holds(const falco::outputs::response& alert, const std::string& marker) {
  if (marker.empty()) return false;
  if (absl::StrContains(alert.output(), marker)) return true;
  return std::any_of(
      alert.output_fields().begin(), alert.output_fields().end(),
      [&marker](const auto& field) { return absl::StrContains(field.second, marker); });
}

class GrpcAlertFeed final : public Feed {
 public:
  GrpcAlertFeed(const std::string& address,
                const std::shared_ptr<grpc::ChannelCredentials>& credentials, AlertInbox& into)
      : address_(address),
        channel_(Connect(address, credentials)),
        stub_(falco::outputs::service::NewStub(channel_)),
        inbox_(into),
        feeder_(into),
        thread_(StartQuietThread([this] { Run(); })) {}

  ~GrpcAlertFeed() override {
    stop_.Notify();
    {
      absl::MutexLock lock(&mutex_);
      if (context_ != nullptr) context_->TryCancel();
    }
    thread_.join();
  }

  absl::Status status() const override {
    const bool connected = channel_->GetState(/*try_to_connect=*/false) == GRPC_CHANNEL_READY;
    absl::MutexLock lock(&mutex_);
    // An open call says nothing until the first alert.
    return connected && context_ != nullptr ? absl::OkStatus() : status_;
  }

 private:
  void Run() {
    bool knows_sub = true;
    while (!stop_.HasBeenNotified()) {
      grpc::Status ended = knows_sub ? Subscribe() : Get();
      knows_sub = knows_sub && ended.error_code() != grpc::StatusCode::UNIMPLEMENTED;
      SetStatus(ended.ok() ? absl::OkStatus()
                           : Annotate(FromGrpcStatus(ended),
                                      absl::StrCat("Falco's gRPC output at ", address_)));
      if (ended.ok()) {
        stop_.WaitForNotificationWithTimeout(kAskInterval);
      } else {
        WaitToRetry();
      }
    }
  }

  // A connection is made only while somebody waits within gRPC: left alone, it takes a step of its
  // handshake every five seconds.
  void WaitToRetry() {
    if (channel_->GetState(/*try_to_connect=*/true) == GRPC_CHANNEL_READY) {
      stop_.WaitForNotificationWithTimeout(kRetryInterval);
      return;
    }
    const absl::Duration deadline = RealClock().Monotonic() + kRetryInterval;
    while (!stop_.HasBeenNotified() && RealClock().Monotonic() < deadline) {
      if (channel_->WaitForConnected(absl::ToChronoTime(RealClock().Now() + kStopInterval))) return;
    }
  }

  // Until the stream breaks. The server answers each request with what has gathered, and does not
  // say when that was all: so one thread asks and another reads.
  grpc::Status Subscribe() {
    grpc::ClientContext context;
    if (!Enter(&context)) return grpc::Status::CANCELLED;
    auto stream = stub_->sub(&context);
    std::atomic<bool> broken = false;
    std::thread asking = StartQuietThread([&] {
      while (!broken && stream->Write(falco::outputs::request())) {
        stop_.WaitForNotificationWithTimeout(kAskInterval);
      }
    });
    falco::outputs::response alert;
    while (stream->Read(&alert)) Take(alert);
    broken = true;
    asking.join();
    grpc::Status ended = stream->Finish();
    Leave();
    return ended;
  }

  grpc::Status Get() {
    grpc::ClientContext context;
    if (!Enter(&context)) return grpc::Status::CANCELLED;
    auto stream = stub_->get(&context, falco::outputs::request());
    falco::outputs::response alert;
    while (stream->Read(&alert)) Take(alert);
    grpc::Status ended = stream->Finish();
    Leave();
    return ended;
  }

  // False once the end has been asked for: nobody would cancel the call then.
  bool Enter(grpc::ClientContext* context) {
    absl::MutexLock lock(&mutex_);
    if (stop_.HasBeenNotified()) return false;
    context_ = context;
    return true;
  }
  void Leave() {
    absl::MutexLock lock(&mutex_);
    context_ = nullptr;
  }

  void SetStatus(absl::Status status) {
    absl::MutexLock lock(&mutex_);
    status_ = std::move(status);
  }

  void Take(const falco::outputs::response& alert) {
    if (stop_.HasBeenNotified()) return;
    SetStatus(absl::OkStatus());
    if (alert.source() == "internal" || alert.source_deprecated() == kInternalSource) return;
    feeder_.Take({.event_time = absl::FromUnixSeconds(alert.time().seconds()) +
                                absl::Nanoseconds(alert.time().nanos()),
                  .received_at = RealClock().Now(),
                  .rule = alert.rule(),
                  .of_marker = Holds(alert, inbox_.marker())});
    feeder_.Publish();
  }

  const std::string address_;
  const std::shared_ptr<grpc::Channel> channel_;
  const std::unique_ptr<falco::outputs::service::Stub> stub_;
  AlertInbox& inbox_;
  AlertFeeder feeder_;  // of the thread that reads
  absl::Notification stop_;
  mutable absl::Mutex mutex_;
  grpc::ClientContext* context_ ABSL_GUARDED_BY(mutex_) = nullptr;  // of the call that runs
  absl::Status status_ ABSL_GUARDED_BY(mutex_);                     // of the last call that ended
  std::thread thread_;                                              // last: it uses the others
};

}  // namespace

absl::StatusOr<std::unique_ptr<Feed>> StreamGrpcAlerts(const GrpcAlertsOptions& options,
                                                       AlertInbox& into) {
  BENCH_ASSIGN_OR_RETURN(const std::shared_ptr<grpc::ChannelCredentials> credentials,
                         Credentials(options));
  return std::make_unique<GrpcAlertFeed>(options.address, credentials, into);
}

absl::Status TryGrpcConnection(const GrpcAlertsOptions& options) {
  BENCH_ASSIGN_OR_RETURN(const std::shared_ptr<grpc::ChannelCredentials> credentials,
                         Credentials(options));
  const std::shared_ptr<grpc::Channel> channel = Connect(options.address, credentials);
  if (channel->WaitForConnected(absl::ToChronoTime(RealClock().Now() + kConnectTimeout))) {
    return absl::OkStatus();
  }
  return absl::UnavailableError(
      absl::StrCat("no connection within ", absl::FormatDuration(kConnectTimeout)));
}

}  // namespace bench
