#include "controller/engine/poll_list.h"

#include <algorithm>
#include <utility>

namespace bench {

std::vector<std::shared_ptr<Poll>> PollList::TakeIf(
    const std::function<bool(const Poll&)>& has_work) {
  std::vector<std::shared_ptr<Poll>> taken;
  for (auto poll = polls_.begin(); poll != polls_.end();) {
    if (has_work(**poll)) {
      taken.push_back(std::move(*poll));
      poll = polls_.erase(poll);
    } else {
      ++poll;
    }
  }
  return taken;
}

std::vector<std::shared_ptr<Poll>> PollList::TakeEnded(absl::Duration now, bool all) {
  return TakeIf(
      [now, all](const Poll& poll) { return all || poll.given_up || poll.deadline <= now; });
}

absl::Duration PollList::NextDeadline() const {
  absl::Duration next = absl::InfiniteDuration();
  for (const auto& poll : polls_) next = std::min(next, poll->deadline);
  return next;
}

}  // namespace bench
