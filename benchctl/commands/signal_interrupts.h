#pragma once

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "benchctl/commands/interrupts.h"

namespace bench {

// The process's own signals; one instance a process. WaitFor is for one thread at a time.
class SignalInterrupts final : public Interrupts {
 public:
  // `last_words` must live as long as the process.
  absl::Status Arm(const char* last_words) override;
  bool WaitFor(absl::Duration duration) override;
  bool requested() const override;
};

}  // namespace bench
