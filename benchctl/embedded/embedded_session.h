#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "benchctl/client/session.h"
#include "worker/options.h"

namespace bench {

// A controller, and a worker once it is asked for, in our own process, over an in-process channel:
// the same code path as with three programs. `request.controller` is empty. While another process
// works on the same database, it only answers queries. Errors: the database can't be opened.
absl::StatusOr<std::unique_ptr<Session>> OpenEmbeddedSession(const SessionRequest& request);

// Where journal and lock are kept if no --state-dir is given: the same for all of root, the user's
// own otherwise.
std::string DefaultStateDir();

WorkerOptions ToWorkerOptions(const WorkerSettings& settings);

}  // namespace bench
