#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "benchctl/commands/commands.h"
#include "benchctl/commands/global_flags.h"
#include "benchctl/view/sweep_view.h"
#include "common/status/status_macros.h"

namespace bench {
namespace {

absl::StatusOr<ExitCode> RunCancel(CommandContext& context, const std::string& id) {
  BENCH_ASSIGN_OR_RETURN(std::unique_ptr<Session> session, context.OpenSession());
  v1::CancelCampaignRequest cancel;
  cancel.set_campaign_id(id);
  BENCH_ASSIGN_OR_RETURN(v1::CancelCampaignResponse cancelled,
                         session->admin().CancelCampaign(cancel));
  v1::GetCampaignRequest get;
  get.set_campaign_id(cancelled.campaign().id());
  BENCH_ASSIGN_OR_RETURN(v1::GetCampaignResponse now, session->admin().GetCampaign(get));
  if (now.campaign().state() == v1::Campaign::DONE) {
    context.Say(absl::StrCat("campaign ", now.campaign().id(), " had ended already"));
  }
  BENCH_RETURN_IF_ERROR(context.Print(CampaignReport(now)));
  return ExitCode::kDone;
}

}  // namespace

void AddCancelCommand(CLI::App& app, CommandContext& context) {
  auto id = std::make_shared<std::string>();
  CLI::App* command =
      AddCommand(app, context, "cancel", "End a campaign; what it measured is kept",
                 "  benchctl cancel CAMPAIGN", [&context, id] { return RunCancel(context, *id); });
  command->add_option("CAMPAIGN", *id, "Its id, or the start of it")->required();
}

}  // namespace bench
