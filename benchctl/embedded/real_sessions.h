#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "benchctl/client/session.h"

namespace bench {

// With the controller that the request names, else embedded. Thread-safe.
class RealSessions final : public SessionOpener {
 public:
  absl::StatusOr<std::unique_ptr<Session>> Open(const SessionRequest& request) override;
};

}  // namespace bench
