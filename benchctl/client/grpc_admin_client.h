#pragma once

#include <memory>
#include <string>

#include "absl/time/time.h"
#include "benchctl/client/admin_client.h"
#include "grpcpp/channel.h"

namespace bench {

// `address` is for messages; empty = the controller is in our own process.
std::unique_ptr<AdminClient> MakeGrpcAdminClient(const std::shared_ptr<grpc::Channel>& channel,
                                                 std::string address,
                                                 absl::Duration deadline = absl::Seconds(10));

}  // namespace bench
