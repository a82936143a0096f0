#pragma once

#include <atomic>
#include <functional>
#include <list>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "bench/v1/agent.pb.h"

namespace bench {

// One AcquireRun that waits for work. Shared by the call, which may give up, and the engine, which
// answers it exactly once.
struct Poll {
  v1::AcquireRunRequest request;
  absl::Duration deadline;  // monotonic; then it is answered without an assignment
  std::function<void(absl::StatusOr<v1::AcquireRunResponse>)> answer;
  std::atomic<bool> given_up = false;  // may be set from any thread: nobody waits any more
};

// The polls that found nothing, oldest first. Not thread-safe: it lives on the write thread.
class PollList {
 public:
  void Add(std::shared_ptr<Poll> poll) { polls_.push_back(std::move(poll)); }
  // Takes out those that are over: given up, past their deadline, or all.
  std::vector<std::shared_ptr<Poll>> TakeEnded(absl::Duration now, bool all);
  // Takes out those for which `has_work` says so.
  std::vector<std::shared_ptr<Poll>> TakeIf(const std::function<bool(const Poll&)>& has_work);
  absl::Duration NextDeadline() const;  // infinite if nobody waits

 private:
  std::list<std::shared_ptr<Poll>> polls_;
};

}  // namespace bench
