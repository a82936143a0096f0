#include "worker/host/falco_follower.h"

#include <algorithm>
#include <optional>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/status/status_macros.h"
#include "worker/host/attach_target.h"

namespace bench {
namespace {

// Also how soon a cancellation is noticed.
constexpr absl::Duration kPoll = absl::Milliseconds(200);

}  // namespace

FalcoFollower::FalcoFollower(Clock& clock, Look look, Inspect inspect)
    : clock_(clock), look_(std::move(look)), inspect_(std::move(inspect)) {}

absl::StatusOr<RunningFalcoFacts> FalcoFollower::Find(const AttachWish& wish,
                                                      const FalcoWait& wait) {
  const std::pair key = {wish.pid, wish.unit};
  const auto known = found_.find(key);
  const RunningFalco* before = known == found_.end() ? nullptr : &known->second;
  auto choose = [&](const std::vector<RunningFalco>& running) {
    absl::StatusOr<RunningFalco> chosen = ChooseRunningFalco(wish, running);
    const bool look_further = absl::IsNotFound(chosen.status()) && before != nullptr;
    return look_further ? ChooseSuccessor(*before, running) : chosen;
  };
  BENCH_ASSIGN_OR_RETURN(RunningFalcoFacts facts, Await(choose, before, wait));
  found_.insert_or_assign(key, facts.process);
  return facts;
}

absl::StatusOr<RunningFalcoFacts> FalcoFollower::FindAgain(const RunningFalco& before,
                                                           const FalcoWait& wait) const {
  return Await(
      [&before](const std::vector<RunningFalco>& running) {
        return ChooseSuccessor(before, running);
      },
      &before, wait);
}

bool FalcoFollower::Runs(pid_t pid) const {
  const std::vector<RunningFalco> running = look_();
  return std::any_of(running.begin(), running.end(),
                     [pid](const RunningFalco& falco) { return falco.pid == pid; });
}

absl::StatusOr<RunningFalcoFacts> FalcoFollower::Await(Choose choose, const RunningFalco* before,
                                                       const FalcoWait& wait) const {
  std::optional<absl::Duration> deadline;
  for (;;) {
    if (wait.cancelled != nullptr && *wait.cancelled) return absl::CancelledError("cancelled");
    const absl::StatusOr<RunningFalco> chosen = choose(look_());
    absl::StatusOr<RunningFalcoFacts> facts =
        chosen.ok() ? inspect_(*chosen) : absl::StatusOr<RunningFalcoFacts>(chosen.status());
    if (facts.ok()) return facts;
    if (before == nullptr) {
      // One that has ended while it was asked is being restarted, as far as can be known.
      const bool ended = chosen.ok() && !Runs(chosen->pid);
      return ended ? FindAgain(*chosen, wait) : facts;
    }
    if (!deadline) {
      deadline = clock_.Monotonic() + kFalcoRestartTimeout;
      wait.say(absl::StrCat("waiting for Falco, ", NameOf(*before), ", to be back"));
    }
    if (clock_.Monotonic() >= *deadline) {
      return absl::Status(facts.status().code(),
                          absl::StrCat(facts.status().message(), " (waited ",
                                       absl::FormatDuration(kFalcoRestartTimeout), ")"));
    }
    clock_.Sleep(kPoll);
  }
}

}  // namespace bench
