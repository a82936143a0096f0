#include "benchctl/embedded/real_sessions.h"

#include "benchctl/client/remote_session.h"
#include "benchctl/embedded/embedded_session.h"

namespace bench {

absl::StatusOr<std::unique_ptr<Session>> RealSessions::Open(const SessionRequest& request) {
  if (!request.controller.empty()) return OpenRemoteSession(request.controller);
  return OpenEmbeddedSession(request);
}

}  // namespace bench
