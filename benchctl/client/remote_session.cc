#include "benchctl/client/remote_session.h"

#include <utility>

#include "absl/status/status.h"
#include "benchctl/client/grpc_admin_client.h"
#include "common/rpc/channel.h"

namespace bench {
namespace {

class RemoteSession final : public Session {
 public:
  explicit RemoteSession(std::unique_ptr<AdminClient> admin) : admin_(std::move(admin)) {}
  AdminClient& admin() override { return *admin_; }
  absl::Status StartWorker() override { return absl::OkStatus(); }
  absl::Status Health() const override { return absl::OkStatus(); }  // each call tells
  void Close() override {}

 private:
  const std::unique_ptr<AdminClient> admin_;
};

}  // namespace

std::unique_ptr<Session> OpenRemoteSession(const std::string& address) {
  return std::make_unique<RemoteSession>(MakeGrpcAdminClient(InsecureChannel(address), address));
}

}  // namespace bench
