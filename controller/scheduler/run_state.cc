#include "controller/scheduler/run_state.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace bench {
namespace {

// The lease is over without an answer: what the attempts left decide.
RunState LostOrReleased(RunState run, absl::string_view reason) {
  run.lease_until = absl::ZeroDuration();
  if (run.cancel_requested) {
    run.phase = RunPhase::kCancelled;
  } else if (run.attempt < run.max_attempts) {
    run.phase = RunPhase::kQueued;
    run.reason = std::string(reason);
  } else {
    run.phase = RunPhase::kFailed;
    run.reason = run.max_attempts == 1 ? std::string(reason)
                                       : absl::StrCat(reason, "; that was the last of ",
                                                      run.max_attempts, " attempts");
  }
  return run;
}

absl::Status CheckHolder(const RunState& run, int64_t epoch) {
  if (run.phase == RunPhase::kRunning && run.epoch == epoch) return absl::OkStatus();
  if (HasEnded(run)) {
    return absl::FailedPreconditionError(
        absl::StrCat("run ", run.id, " has ended: drop it, nothing more of it is stored"));
  }
  return absl::FailedPreconditionError(absl::StrCat("run ", run.id, ": epoch ", epoch,
                                                    " no longer holds the lease (epoch ", run.epoch,
                                                    " now): drop the run"));
}

}  // namespace

RunState Granted(RunState run, absl::string_view node, absl::Duration now, absl::Duration ttl) {
  run.phase = RunPhase::kRunning;
  run.node = std::string(node);
  ++run.attempt;
  ++run.epoch;
  run.lease_until = now + ttl;
  return run;
}

absl::StatusOr<RunState> Renewed(RunState run, int64_t epoch, absl::Duration now,
                                 absl::Duration ttl) {
  absl::Status holder = CheckHolder(run, epoch);
  if (!holder.ok()) return holder;
  run.lease_until = now + ttl;
  return run;
}

absl::StatusOr<RunState> Finished(RunState run, int64_t epoch, Ending ending,
                                  absl::string_view reason) {
  // Whatever else ends a lease moves the epoch on: this is the same finish again.
  if (run.phase != RunPhase::kRunning && run.epoch == epoch && epoch > 0) return run;
  absl::Status holder = CheckHolder(run, epoch);
  if (!holder.ok()) return holder;
  run.lease_until = absl::ZeroDuration();
  switch (ending) {
    case Ending::kAnswered:
      run.phase = RunPhase::kDone;
      run.reason.clear();
      return run;
    case Ending::kFailed:
      run.phase = run.cancel_requested ? RunPhase::kCancelled : RunPhase::kFailed;
      if (!run.cancel_requested) run.reason = std::string(reason);
      return run;
    case Ending::kRetryableFailure:
      return LostOrReleased(std::move(run), reason);
    case Ending::kStopped:
      break;
  }
  std::string stopped = absl::StrCat("the worker on node ", run.node, " was stopped meanwhile");
  return LostOrReleased(std::move(run), stopped);
}

RunState Expired(RunState run, absl::Duration now) {
  if (run.phase != RunPhase::kRunning || now < run.lease_until) return run;
  std::string silent =
      absl::StrCat("the worker on node ", run.node, " did not report until its lease ran out");
  run = LostOrReleased(std::move(run), silent);
  ++run.epoch;
  return run;
}

RunState CancelRequested(RunState run, absl::string_view reason) {
  if (HasEnded(run) || run.cancel_requested) return run;
  run.cancel_requested = true;
  run.reason = std::string(reason);
  if (run.phase == RunPhase::kQueued) {
    run.phase = RunPhase::kCancelled;
    ++run.epoch;
  }
  return run;
}

RunState Restored(RunState run, absl::Duration now, absl::Duration ttl) {
  if (run.phase == RunPhase::kRunning) run.lease_until = now + ttl;
  return run;
}

}  // namespace bench
