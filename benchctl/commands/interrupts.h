#pragma once

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace bench {

// Ctrl-C, SIGTERM and SIGHUP, as commands that clean up after themselves see them.
class Interrupts {
 public:
  virtual ~Interrupts() = default;
  // From now on the first one is only noted; a second one leaves the process at once, with
  // `last_words` on stderr. Until then they end the process as usual. Once a process.
  virtual absl::Status Arm(const char* last_words) = 0;
  // Waits that long, or until one comes; whether one has come.
  virtual bool WaitFor(absl::Duration duration) = 0;
  virtual bool requested() const = 0;
};

}  // namespace bench
