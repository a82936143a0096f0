// The gRPC face of an engine: thin, and by the callback API, so that no thread waits for anything.
#pragma once

#include <memory>

#include "controller/engine/engine.h"
#include "grpcpp/impl/codegen/service_type.h"

namespace bench {

// `engine` is not owned; it must outlive the server that the service is registered with.
std::unique_ptr<grpc::Service> MakeAdminService(Engine& engine);
std::unique_ptr<grpc::Service> MakeAgentService(Engine& engine);

}  // namespace bench
