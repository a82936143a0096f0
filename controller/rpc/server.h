#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "controller/engine/engine.h"
#include "grpcpp/channel.h"

namespace bench {

// Both services on an address, or within the process only. Thread-safe.
class RpcServer {
 public:
  // `listen`: HOST:PORT (0 = any free port) or unix:PATH, with health and reflection services;
  // empty = no address. `engine` is not owned. UNAVAILABLE, naming the address, if it can't be had.
  static absl::StatusOr<std::unique_ptr<RpcServer>> Start(Engine& engine,
                                                          const std::string& listen);
  virtual ~RpcServer() = default;
  virtual std::shared_ptr<grpc::Channel> InProcessChannel() = 0;
  virtual int port() const = 0;  // 0 = none
  // Lets calls end for a few seconds, then breaks them off. End the engine's polls first.
  virtual void Shutdown() = 0;
};

}  // namespace bench
