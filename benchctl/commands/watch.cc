#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "benchctl/commands/commands.h"
#include "benchctl/commands/follow.h"
#include "benchctl/commands/global_flags.h"
#include "benchctl/commands/sweep_plan.h"
#include "benchctl/view/sweep_view.h"
#include "common/status/status_macros.h"

namespace bench {
namespace {

absl::StatusOr<ExitCode> RunWatch(CommandContext& context, const std::string& id) {
  BENCH_RETURN_IF_ERROR(context.env.interrupts.Arm("\nbenchctl: left; the campaign goes on\n"));
  BENCH_ASSIGN_OR_RETURN(std::unique_ptr<Session> session, context.OpenSession());
  v1::GetCampaignRequest request;
  request.set_campaign_id(id);
  BENCH_ASSIGN_OR_RETURN(v1::GetCampaignResponse now, session->admin().GetCampaign(request));
  const std::string& full_id = now.campaign().id();
  if (now.campaign().state() == v1::Campaign::RUNNING && !context.remote()) {
    context.Say(absl::StrCat("campaign ", full_id,
                             " is measured by another process: here only what it stores shows"));
  }
  BENCH_ASSIGN_OR_RETURN(Followed followed,
                         Follow(context, *session,
                                {.campaign_id = full_id,
                                 .cancel_on_interrupt = false,
                                 .run_estimate_sec = EstimateRunSeconds(now.campaign().spec())}));
  if (followed.interrupted) {
    context.Say(
        absl::StrCat("left; the campaign goes on: `benchctl cancel ", full_id, "` ends it"));
  }
  BENCH_RETURN_IF_ERROR(context.Print(CampaignReport(followed.campaign)));
  return followed.interrupted ? ExitCode::kInterrupted : ExitCodeOf(followed.campaign);
}

}  // namespace

void AddWatchCommand(CLI::App& app, CommandContext& context) {
  auto id = std::make_shared<std::string>();
  CLI::App* command =
      AddCommand(app, context, "watch", "Follow a campaign that runs, until its last table",
                 "  benchctl watch --controller bench.example:7443 CAMPAIGN",
                 [&context, id] { return RunWatch(context, *id); });
  command->add_option("CAMPAIGN", *id, "Its id, or the start of it")->required();
}

}  // namespace bench
