#include "benchctl/embedded/embedded_session.h"

#include <pwd.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "benchctl/client/grpc_admin_client.h"
#include "common/os/files.h"
#include "common/status/status_macros.h"
#include "controller/app.h"
#include "controller/storage/default_path.h"
#include "worker/app.h"

namespace bench {
namespace {

// The load may take all CPUs for a while; there is no network that could lose an answer.
constexpr absl::Duration kDeadline = absl::Minutes(1);

class EmbeddedSession final : public Session {
 public:
  EmbeddedSession(std::unique_ptr<ControllerApp> controller, WorkerOptions worker_options)
      : controller_(std::move(controller)),
        worker_options_(std::move(worker_options)),
        admin_(MakeGrpcAdminClient(controller_->InProcessChannel(), "", kDeadline)) {}
  ~EmbeddedSession() override { EmbeddedSession::Close(); }

  AdminClient& admin() override { return *admin_; }

  absl::Status StartWorker() override {
    BENCH_ASSIGN_OR_RETURN(worker_,
                           WorkerApp::Start(worker_options_, controller_->InProcessChannel()));
    return absl::OkStatus();
  }

  absl::Status Health() const override {
    if (worker_ == nullptr) return absl::OkStatus();
    return Annotate(worker_->status(), "the worker ended");
  }

  // The worker first: what it finds out while it cleans up is stored still.
  void Close() override {
    if (worker_ != nullptr) worker_->Stop();
    controller_->Shutdown();
  }

 private:
  const std::unique_ptr<ControllerApp> controller_;
  const WorkerOptions worker_options_;
  std::unique_ptr<WorkerApp> worker_;
  const std::unique_ptr<AdminClient> admin_;
};

absl::StatusOr<std::string> DatabasePath(const std::string& given) {
  if (given.empty()) return DefaultDatabasePath();
  std::string directory = std::filesystem::path(given).parent_path().string();
  if (!directory.empty()) BENCH_RETURN_IF_ERROR(Annotate(MakeDirectories(directory), "--db"));
  return given;
}

}  // namespace

std::string DefaultStateDir() {
  if (geteuid() == 0) return std::string(kDefaultStateDir);
  // Without root only a simulated sensor can run: nothing of it needs a place all users share.
  const char* xdg = std::getenv("XDG_STATE_HOME");
  if (xdg != nullptr && xdg[0] == '/') return absl::StrCat(xdg, "/falco-bench");
  const char* home = std::getenv("HOME");
  if (home == nullptr || home[0] != '/') {
    const passwd* user = getpwuid(geteuid());
    home = user == nullptr ? "/tmp" : user->pw_dir;
  }
  return absl::StrCat(home, "/.local/state/falco-bench");
}

WorkerOptions ToWorkerOptions(const WorkerSettings& settings) {
  WorkerOptions options;
  options.falco_bin = settings.falco_bin;
  options.falco_config = settings.falco_config;
  options.alert_tls = settings.alert_tls;
  options.rules_dirs = {"/"};  // whoever runs benchctl here names the files
  options.state_dir = settings.state_dir.empty() ? DefaultStateDir() : settings.state_dir;
  return options;
}

absl::StatusOr<std::unique_ptr<Session>> OpenEmbeddedSession(const SessionRequest& request) {
  ControllerOptions controller_options;
  BENCH_ASSIGN_OR_RETURN(controller_options.db_path, DatabasePath(request.db_path));
  BENCH_ASSIGN_OR_RETURN(std::unique_ptr<ControllerApp> controller,
                         ControllerApp::Start(controller_options));
  return std::make_unique<EmbeddedSession>(std::move(controller), ToWorkerOptions(request.worker));
}

}  // namespace bench
