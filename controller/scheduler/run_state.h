// The life of a run as the controller sees it: QUEUED -> RUNNING -> DONE, FAILED or CANCELLED, with
// a lease while it runs. Each function is one transition: it takes the state before and returns the
// state after. Pure: time is an argument, on the monotonic scale (a wall clock that jumps must not
// end leases).
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace bench {

enum class RunPhase { kQueued, kRunning, kDone, kFailed, kCancelled };

struct RunState {
  std::string id;
  std::string campaign_id;
  int64_t position = 0;     // in the queue; lower goes first
  std::string wanted_node;  // empty = any
  std::string node;         // who runs it, or ran it last
  RunPhase phase = RunPhase::kQueued;
  int attempt = 0;       // of the current or last lease, from 1; 0 = never leased
  int max_attempts = 1;  // retries + 1
  // Fencing: grows with each lease that is granted, runs out or is cancelled in the queue, so that
  // a former holder is refused at once. A finish leaves it, which tells the same finish said twice.
  int64_t epoch = 0;
  bool cancel_requested = false;
  absl::Duration lease_until;  // while running
  std::string reason;          // of the last failure or cancellation, for people
};

inline bool HasEnded(const RunState& run) {
  return run.phase > RunPhase::kRunning;
}

// How a worker says that it ends its work on a run.
enum class Ending {
  kAnswered,          // it has a verdict
  kFailed,            // no answer, and another attempt would fail the same way
  kRetryableFailure,  // no answer; another attempt may find one
  kStopped,           // it stopped early: asked to by us, or because the worker itself was stopped
};

// A lease for `node`; `run` must be queued.
RunState Granted(RunState run, absl::string_view node, absl::Duration now, absl::Duration ttl);

// The lease lives on. FAILED_PRECONDITION if `epoch` holds no lease (any more): the worker must
// drop the run.
absl::StatusOr<RunState> Renewed(RunState run, int64_t epoch, absl::Duration now,
                                 absl::Duration ttl);

// The holder of `epoch` ends it. Saying so twice changes nothing. FAILED_PRECONDITION as above.
absl::StatusOr<RunState> Finished(RunState run, int64_t epoch, Ending ending,
                                  absl::string_view reason);

// What becomes of it at `now`: unchanged unless its lease has run out.
RunState Expired(RunState run, absl::Duration now);

// Queued: cancelled at once. Running: marked; its worker hears of it with its next report, and the
// lease's end cancels it if the worker doesn't come back. Ended: unchanged.
RunState CancelRequested(RunState run, absl::string_view reason);

// After a restart of the controller, which forgot when leases end: one fresh TTL for each.
RunState Restored(RunState run, absl::Duration now, absl::Duration ttl);

}  // namespace bench
