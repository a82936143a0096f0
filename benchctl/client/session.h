// What a command works with: a controller, here or elsewhere, and, if it measures here, a worker.
#pragma once

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "benchctl/client/admin_client.h"
#include "benchctl/client/worker_settings.h"

namespace bench {

struct SessionRequest {
  std::string controller;  // HOST:PORT; empty = in our own process
  std::string db_path;     // embedded; empty = the user's default
  WorkerSettings worker;   // embedded, if it is started
};

// Thread-safe but for Close.
class Session {
 public:
  virtual ~Session() = default;
  virtual AdminClient& admin() = 0;
  // Embedded: from now on this host measures what is queued. Nothing to do with a controller
  // elsewhere, which has its own workers.
  virtual absl::Status StartWorker() = 0;
  // Why nothing can be measured any more, e.g. the embedded worker ended; ok while all is well.
  virtual absl::Status Health() const = 0;
  // Stops all that was started here; limits and files are put back. Idempotent; the destructor
  // calls it.
  virtual void Close() = 0;
};

// Opens sessions; a fake in tests.
class SessionOpener {
 public:
  virtual ~SessionOpener() = default;
  virtual absl::StatusOr<std::unique_ptr<Session>> Open(const SessionRequest& request) = 0;
};

}  // namespace bench
