#include "worker/rig/idle_memory.h"

namespace bench {
namespace {

// A late alert now and then is the host's doing.
constexpr double kQueuedShare = 0.1;

}  // namespace

void IdleMemory::Idle(int64_t pid, int64_t resident_bytes) {
  if (pid != pid_) *this = IdleMemory();
  pid_ = pid;
  if (resident_bytes > 0 && (level_bytes_ == 0 || !queued_)) level_bytes_ = resident_bytes;
}

void IdleMemory::Loaded(const LagSummary& lag) {
  queued_ = queued_ || lag.late_share > kQueuedShare;
}

int64_t IdleMemory::GrowthTo(int64_t resident_bytes) const {
  return level_bytes_ > 0 && resident_bytes > 0 ? resident_bytes - level_bytes_ : 0;
}

}  // namespace bench
