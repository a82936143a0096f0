#include "tests/fakes/fake_falco/webserver.h"

#include <httplib.h>

#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/os/clock.h"

namespace bench {
namespace {

class WebserverImpl final : public FakeWebserver {
 public:
  explicit WebserverImpl(const FakeConfig::Webserver& config) {
    if (config.ssl) {
      server_ = std::make_unique<httplib::SSLServer>(config.ssl_certificate.c_str(),
                                                     config.ssl_certificate.c_str());
    } else {
      server_ = std::make_unique<httplib::Server>();
    }
  }

  ~WebserverImpl() override {
    server_->stop();
    if (thread_.joinable()) thread_.join();
  }

  void Offer(const std::string& path, const char* type, std::function<std::string()> page) {
    server_->Get(path, [page = std::move(page), type](const httplib::Request& /*request*/,
                                                      httplib::Response& response) {
      response.set_content(page(), type);
    });
  }

  absl::Status Listen(const FakeConfig::Webserver& config) {
    if (!server_->is_valid()) {
      return absl::InvalidArgumentError("Error: invalid webserver configuration");
    }
    if (!server_->bind_to_port(config.listen_address, config.listen_port)) {
      return absl::UnavailableError(
          absl::StrCat("Error: an error occurred while starting webserver (", config.listen_address,
                       ":", config.listen_port, ")"));
    }
    thread_ = std::thread([this] { server_->listen_after_bind(); });
    // Before it runs, a stop would pass it by.
    while (!server_->is_running()) RealClock().Sleep(absl::Milliseconds(1));
    return absl::OkStatus();
  }

 private:
  std::unique_ptr<httplib::Server> server_;
  std::thread thread_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<FakeWebserver>> StartFakeWebserver(
    const FakeConfig::Webserver& config, const FakeRelease& release,
    std::function<std::string()> metrics_page) {
  auto server = std::make_unique<WebserverImpl>(config);
  server->Offer(config.healthz_endpoint, "application/json",
                [] { return std::string(R"({"status": "ok"})"); });
  if (release.Is(kEngineVersion)) {
    server->Offer("/versions", "application/json", [release] { return VersionJson(release); });
  }
  if (config.prometheus_metrics) {
    server->Offer("/metrics", "text/plain; version=0.0.4", std::move(metrics_page));
  }
  absl::Status listening = server->Listen(config);
  if (!listening.ok()) return listening;
  return server;
}

}  // namespace bench
