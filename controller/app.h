// Wires a controller: database, scheduler, services. Used by bench-controller and, in one process
// with a worker, by benchctl.
//
// A controller that listens holds its campaigns for good: started again on the same file, it goes
// on with them. One without an address lives and dies with its process: what it left unfinished is
// cancelled ("interrupted") by the next start on that file. Only one process at a time may change a
// file. One that listens claims it at its start; one without an address with its first change (a
// submit, a cancellation, a worker that registers), so commands that only ask are in nobody's way.
// While another process has it, changes are refused with FAILED_PRECONDITION saying which.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "grpcpp/channel.h"

namespace bench {

struct ControllerOptions {
  std::string db_path;            // see DefaultDatabasePath() in controller/storage/default_path.h
  std::string listen;             // HOST:PORT or unix:PATH; empty = in-process only
  bool insecure_allowed = false;  // plain text beyond loopback
  absl::Duration lease_ttl = absl::Seconds(30);
};

// Thread-safe.
class ControllerApp {
 public:
  // Opens (and migrates) the database and serves. Errors name the path or the address.
  static absl::StatusOr<std::unique_ptr<ControllerApp>> Start(const ControllerOptions& options);
  virtual ~ControllerApp() = default;
  virtual std::shared_ptr<grpc::Channel> InProcessChannel() = 0;
  virtual int port() const = 0;  // that was bound (for HOST:0); 0 = none
  // Ends long polls, drains calls, closes the database. Idempotent.
  virtual void Shutdown() = 0;
};

}  // namespace bench
