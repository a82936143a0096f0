#pragma once

#include <utility>

#include "absl/status/statusor.h"
#include "common/rpc/call.h"
#include "grpcpp/server_context.h"
#include "grpcpp/support/server_callback.h"

namespace bench {

// A callback that answers a unary call; both pointers live until it is called.
template <typename Response>
auto ReplyTo(grpc::ServerUnaryReactor* reactor, Response* response) {
  return [reactor, response](absl::StatusOr<Response> result) {
    grpc::Status status = ToGrpcStatus(result.status());
    if (result.ok()) *response = *std::move(result);
    reactor->Finish(std::move(status));
  };
}

}  // namespace bench
