#include "common/rpc/channel.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/security/credentials.h"

namespace bench {

std::shared_ptr<grpc::Channel> InsecureChannel(const std::string& address) {
  grpc::ChannelArguments args;
  args.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 200);
  args.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 5000);
  // A listing of thousands of runs, or a run with all its samples, is more than gRPC's 4 MiB.
  args.SetMaxReceiveMessageSize(64 << 20);
  return grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), args);
}

absl::Status CheckPlaintextAddress(const std::string& address, bool insecure_allowed) {
  if (insecure_allowed || absl::StartsWith(address, "unix:") || absl::StartsWith(address, "127.") ||
      absl::StartsWith(address, "localhost:") || absl::StartsWith(address, "[::1]:")) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      absl::StrCat(address,
                   " is reachable from other hosts and this connection would be plain "
                   "text: use a loopback or unix: address, or say --insecure if the "
                   "network is trusted"));
}

}  // namespace bench
