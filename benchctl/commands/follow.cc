#include "benchctl/commands/follow.h"

#include <algorithm>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "benchctl/client/client_errors.h"
#include "benchctl/commands/progress_display.h"
#include "common/status/status_macros.h"

namespace bench {
namespace {

constexpr absl::Duration kLivePoll = absl::Milliseconds(250);
constexpr absl::Duration kPoll = absl::Milliseconds(500);
// A run goes on without the controller, so a short outage is no reason to give up.
constexpr absl::Duration kLongestOutage = absl::Minutes(1);
constexpr absl::Duration kLongestCleanUp = absl::Minutes(1);

bool SomeRunRuns(const v1::GetProgressResponse& progress) {
  return std::any_of(progress.runs().begin(), progress.runs().end(),
                     [](const v1::Run& run) { return run.state() == v1::Run::RUNNING; });
}

// Not thread-safe; lives for one Follow.
class Follower {
 public:
  Follower(CommandContext& context, Session& session, const FollowOptions& options)
      : context_(context),
        session_(session),
        options_(options),
        display_(context, options.run_estimate_sec) {}

  absl::Status Run() {
    absl::Duration poll = context_.env.console.err_is_terminal() ? kLivePoll : kPoll;
    for (;;) {
      BENCH_RETURN_IF_ERROR(CheckHealth());
      BENCH_RETURN_IF_ERROR(Refresh());
      if (reached_ && HasSettled()) return absl::OkStatus();
      if (context_.env.interrupts.requested() && !interrupted_) {
        interrupted_ = true;
        if (!options_.cancel_on_interrupt) return absl::OkStatus();
        BENCH_RETURN_IF_ERROR(Cancel());
        context_.Say(
            "interrupted: cancelling and cleaning up (once more leaves at once, and the next "
            "start cleans up)");
        continue;
      }
      context_.env.interrupts.WaitFor(poll);
    }
  }

  bool interrupted() const { return interrupted_; }

 private:
  absl::Duration Now() { return context_.env.clock.Monotonic(); }

  absl::Status Cancel() {
    v1::CancelCampaignRequest request;
    request.set_campaign_id(options_.campaign_id);
    return session_.admin().CancelCampaign(request).status();
  }

  absl::Status CheckHealth() {
    absl::Status health = session_.Health();
    if (health.ok()) return health;
    absl::Status cancelled = Cancel();
    if (!cancelled.ok()) context_.Warn(absl::StrCat("cancelling: ", cancelled.message()));
    return health;
  }

  absl::Status Refresh() {
    v1::GetProgressRequest request;
    request.set_campaign_id(options_.campaign_id);
    request.set_after_cursor(cursor_);
    auto progress = session_.admin().GetProgress(request);
    reached_ = progress.ok();
    if (!progress.ok()) {
      // An interrupt asks for an end, not for patience.
      if (!IsUnreachable(progress.status()) || context_.env.interrupts.requested()) {
        return progress.status();
      }
      if (!outage_since_) {
        outage_since_ = Now();
        context_.Warn(absl::StrCat(progress.status().message(), "; trying again"));
      }
      return Now() - *outage_since_ > kLongestOutage ? progress.status() : absl::OkStatus();
    }
    if (outage_since_) context_.Say("the controller answers again");
    outage_since_.reset();
    progress_ = *std::move(progress);
    cursor_ = progress_.cursor();
    display_.Update(progress_);
    return absl::OkStatus();
  }

  // Whether the campaign has ended and nothing is left running or cleaning up.
  bool HasSettled() {
    if (progress_.campaign().state() == v1::Campaign::RUNNING) return false;
    if (!SomeRunRuns(progress_)) return true;
    if (!ended_since_) ended_since_ = Now();
    if (Now() - *ended_since_ <= kLongestCleanUp) return false;
    context_.Warn("some runs have not said that they cleaned up; their workers still may");
    return true;
  }

  CommandContext& context_;
  Session& session_;
  const FollowOptions& options_;
  ProgressDisplay display_;
  v1::GetProgressResponse progress_;
  int64_t cursor_ = 0;
  bool reached_ = false;
  bool interrupted_ = false;
  std::optional<absl::Duration> outage_since_;
  std::optional<absl::Duration> ended_since_;
};

}  // namespace

absl::StatusOr<Followed> Follow(CommandContext& context, Session& session,
                                const FollowOptions& options) {
  Followed followed;
  {
    Follower follower(context, session, options);
    BENCH_RETURN_IF_ERROR(follower.Run());
    followed.interrupted = follower.interrupted();
  }
  v1::GetCampaignRequest request;
  request.set_campaign_id(options.campaign_id);
  BENCH_ASSIGN_OR_RETURN(followed.campaign, session.admin().GetCampaign(request));
  return followed;
}

}  // namespace bench
