// Unary calls by gRPC's callback API, as plain blocking functions with a deadline on every call.
#pragma once

#include <functional>
#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "grpcpp/client_context.h"
#include "grpcpp/support/status.h"

namespace bench {

absl::Status FromGrpcStatus(const grpc::Status& status);
grpc::Status ToGrpcStatus(const absl::Status& status);

namespace internal {
// Runs `start` with a context whose deadline is `timeout` from now, and waits for its callback.
grpc::Status BlockingCall(
    absl::Duration timeout,
    const std::function<void(grpc::ClientContext*, std::function<void(grpc::Status)>)>& start);
}  // namespace internal

// CallUnary<GetRunResponse>(stub->async(), &AdminService::Stub::async::GetRun, request, timeout)
// Errors: the server's own, DEADLINE_EXCEEDED, UNAVAILABLE. Thread-safe.
template <typename Response, typename Async, typename Base, typename Request>
absl::StatusOr<Response> CallUnary(Async* async,
                                   void (Base::*method)(grpc::ClientContext*, const Request*,
                                                        Response*,
                                                        std::function<void(grpc::Status)>),
                                   const Request& request, absl::Duration timeout) {
  Response response;
  grpc::Status status = internal::BlockingCall(
      timeout, [&](grpc::ClientContext* context, std::function<void(grpc::Status)> done) {
        (async->*method)(context, &request, &response, std::move(done));
      });
  if (!status.ok()) return FromGrpcStatus(status);
  return response;
}

}  // namespace bench
