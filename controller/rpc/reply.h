#pragma once

#include <utility>

#include "absl/status/statusor.h"
#include "common/rpc/call.h"
#include "controller/engine/engine.h"
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

// A unary call that changes something.
template <typename Request, typename Response>
grpc::ServerUnaryReactor* Write(Engine& engine, grpc::CallbackServerContext* context,
                                absl::StatusOr<Response> (Dispatcher::*operation)(const Request&),
                                const Request* request, Response* response) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  engine.Write<Request, Response>(operation, *request, ReplyTo(reactor, response));
  return reactor;
}

// One that only asks.
template <typename Request, typename Response>
grpc::ServerUnaryReactor* Read(Engine& engine, grpc::CallbackServerContext* context,
                               absl::StatusOr<Response> (Queries::*query)(const Request&),
                               const Request* request, Response* response) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  engine.Read<Request, Response>(query, *request, ReplyTo(reactor, response));
  return reactor;
}

}  // namespace bench
