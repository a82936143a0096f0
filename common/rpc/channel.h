#pragma once

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "grpcpp/channel.h"

namespace bench {

// A channel to HOST:PORT or unix:PATH, not encrypted. Connects lazily and keeps trying.
std::shared_ptr<grpc::Channel> InsecureChannel(const std::string& address);

// Plain text is only for loopback and Unix sockets: anyone who reaches the port may submit sweeps.
// Ok for 127.0.0.0/8, [::1], localhost and unix:; otherwise an error that says what to do.
absl::Status CheckPlaintextAddress(const std::string& address, bool insecure_allowed);

}  // namespace bench
