#include <httplib.h>
#include <netdb.h>
#include <sys/socket.h>

#include <atomic>
#include <cerrno>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "common/os/clock.h"
#include "common/os/files.h"
#include "common/status/status_macros.h"
#include "worker/falco/quiet_thread.h"
#include "worker/feeds/feed.h"

namespace bench {
namespace {

// Falco keeps one connection for its life; more come only from those who restart.
constexpr size_t kMaxRequestsOfAConnection = size_t{1} << 40;
// Whoever sends half a request, or nothing, holds one for kIdleSec.
constexpr size_t kThreads = 32;
constexpr size_t kMaxAlertBytes = size_t{1} << 20;
// Also how long our own end may wait for an idle connection to close.
constexpr time_t kIdleSec = 2;

std::unique_ptr<httplib::Server> MakeServer(const HttpReceiverOptions& options) {
  if (options.cert_file.empty()) return std::make_unique<httplib::Server>();
  return std::make_unique<httplib::SSLServer>(
      options.cert_file.c_str(), options.key_file.c_str(),
      options.client_ca_file.empty() ? nullptr : options.client_ca_file.c_str());
}

absl::Status CheckFiles(const HttpReceiverOptions& options) {
  for (const std::string& file : {options.cert_file, options.key_file, options.client_ca_file}) {
    if (!file.empty()) BENCH_RETURN_IF_ERROR(ReadFile(file).status());
  }
  return absl::OkStatus();
}

class HttpReceiverImpl final : public HttpReceiver {
 public:
  HttpReceiverImpl(std::unique_ptr<httplib::Server> server, AlertInbox& into)
      : feeder_(into), server_(std::move(server)) {
    server_->new_task_queue = [] { return new httplib::ThreadPool(kThreads); };
    server_->set_tcp_nodelay(true);
    // Its own would set SO_REUSEPORT, and two receivers would share the alerts.
    server_->set_socket_options([](socket_t socket) {
      const int yes = 1;
      setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    });
    server_->set_keep_alive_max_count(kMaxRequestsOfAConnection);
    server_->set_keep_alive_timeout(kIdleSec);
    server_->set_read_timeout(kIdleSec);
    server_->set_payload_max_length(kMaxAlertBytes);
    server_->Post(
        ".*", [this](const httplib::Request& request, httplib::Response&) { Take(request.body); });
  }

  ~HttpReceiverImpl() override {
    server_->stop();
    if (thread_.joinable()) thread_.join();
  }

  absl::Status Listen(const HttpReceiverOptions& options) {
    port_ = options.port;
    if (options.port == 0) {
      port_ = server_->bind_to_any_port(options.address);
    } else if (!server_->bind_to_port(options.address, options.port)) {
      port_ = -1;
    }
    if (port_ <= 0) {
      return absl::UnavailableError(absl::StrCat("can't listen for alerts on ", options.address,
                                                 ":", options.port,
                                                 ": is somebody else there? (ss -ltnp)"));
    }
    thread_ = StartQuietThread([this] {
      server_->listen_after_bind();
      ended_ = true;
    });
    // Before it runs, a stop would pass it by.
    while (!server_->is_running() && !ended_) RealClock().Sleep(absl::Milliseconds(1));
    return ended_ ? status() : absl::OkStatus();
  }

  int port() const override { return port_; }
  absl::Status status() const override {
    if (server_->is_running()) return absl::OkStatus();
    return absl::UnavailableError("the receiver of alerts has ended");
  }

 private:
  void Take(const std::string& body) ABSL_LOCKS_EXCLUDED(mutex_) {
    const absl::Time received_at = RealClock().Now();
    absl::MutexLock lock(&mutex_);
    feeder_.Begin();
    feeder_.TakeLine(body, received_at);
    feeder_.Publish();
  }

  absl::Mutex mutex_;
  AlertFeeder feeder_ ABSL_GUARDED_BY(mutex_);
  const std::unique_ptr<httplib::Server> server_;
  int port_ = -1;
  std::atomic<bool> ended_ = false;
  std::thread thread_;
};

}  // namespace

bool HttpPortIsFree(const std::string& address, int port) {
  const addrinfo hints = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV, .ai_socktype = SOCK_STREAM};
  addrinfo* found = nullptr;
  if (getaddrinfo(address.c_str(), absl::StrCat(port).c_str(), &hints, &found) != 0) return false;
  const auto free_found = absl::MakeCleanup([found] { freeaddrinfo(found); });
  const UniqueFd fd(socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!fd.valid()) return errno == EAFNOSUPPORT;
  const int yes = 1;
  setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  return bind(fd.get(), found->ai_addr, found->ai_addrlen) == 0 || errno == EADDRNOTAVAIL;
}

absl::StatusOr<std::unique_ptr<HttpReceiver>> ReceiveHttpAlerts(const HttpReceiverOptions& options,
                                                                AlertInbox& into) {
  BENCH_RETURN_IF_ERROR(CheckFiles(options));
  std::unique_ptr<httplib::Server> server = MakeServer(options);
  if (!server->is_valid()) {
    return absl::InvalidArgumentError(absl::StrCat(
        "TLS with ", options.cert_file, ", ", options.key_file,
        options.client_ca_file.empty() ? "" : " and ", options.client_ca_file,
        ": they must be PEM files, the key without a password and of this certificate"));
  }
  auto receiver = std::make_unique<HttpReceiverImpl>(std::move(server), into);
  BENCH_RETURN_IF_ERROR(receiver->Listen(options));
  return receiver;
}

}  // namespace bench
