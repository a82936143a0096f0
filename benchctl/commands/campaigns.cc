#include "benchctl/view/campaigns_view.h"

#include <cstdint>
#include <memory>

#include "benchctl/commands/commands.h"
#include "benchctl/commands/global_flags.h"
#include "common/status/status_macros.h"

namespace bench {
namespace {

absl::StatusOr<ExitCode> RunCampaignsList(CommandContext& context, int32_t limit) {
  if (limit < 1) {
    return absl::InvalidArgumentError("--limit: at least 1 campaign; try --limit 20");
  }
  BENCH_ASSIGN_OR_RETURN(std::unique_ptr<Session> session, context.OpenSession());
  v1::ListCampaignsRequest request;
  request.set_limit(limit);
  BENCH_ASSIGN_OR_RETURN(v1::ListCampaignsResponse response,
                         session->admin().ListCampaigns(request));
  BENCH_RETURN_IF_ERROR(context.Print(CampaignListReport(response)));
  return ExitCode::kDone;
}

}  // namespace

void AddCampaignsCommand(CLI::App& app, CommandContext& context) {
  auto limit = std::make_shared<int32_t>(100);
  auto list = [&context, limit] { return RunCampaignsList(context, *limit); };
  CLI::App* group =
      AddCommandGroup(app, "campaigns", "Submitted sweeps: `campaigns` alone lists them");
  group->require_subcommand(0, 1);
  CLI::App* command = AddCommand(*group, context, "list", "Campaigns, newest first",
                                 "  benchctl campaigns list --limit 20 -o json", list);
  command->add_option("--limit", *limit, "At most that many")
      ->type_name("N")
      ->capture_default_str();
  AddShowCommand(*group, context, ShowScope::kCampaign);
  // Runs after the subcommand's, if one was given.
  group->callback([&context, list] {
    if (!context.action) context.action = list;
  });
}

}  // namespace bench
