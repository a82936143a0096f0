#include "common/rpc/call.h"

#include <chrono>
#include <string>
#include <utility>

#include "absl/synchronization/notification.h"

namespace bench {

absl::Status FromGrpcStatus(const grpc::Status& status) {
  return absl::Status(static_cast<absl::StatusCode>(status.error_code()), status.error_message());
}

grpc::Status ToGrpcStatus(const absl::Status& status) {
  return grpc::Status(static_cast<grpc::StatusCode>(status.code()), std::string(status.message()));
}

namespace internal {

grpc::Status BlockingCall(
    absl::Duration timeout,
    const std::function<void(grpc::ClientContext*, std::function<void(grpc::Status)>)>& start) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + absl::ToChronoMicroseconds(timeout));
  absl::Notification ended;
  grpc::Status result;
  start(&context, [&](grpc::Status status) {
    result = std::move(status);
    ended.Notify();
  });
  ended.WaitForNotification();
  return result;
}

}  // namespace internal
}  // namespace bench
