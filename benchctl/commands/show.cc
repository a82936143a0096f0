#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "benchctl/commands/commands.h"
#include "benchctl/commands/global_flags.h"
#include "benchctl/view/run_detail_view.h"
#include "benchctl/view/sweep_view.h"
#include "common/status/status_macros.h"

namespace bench {
namespace {

struct Flags {
  std::string id;
  bool trials = false;
  bool samples = false;
};

absl::Status ShowCampaign(CommandContext& context, Session& session, const Flags& flags) {
  v1::GetCampaignRequest request;
  request.set_campaign_id(flags.id);
  BENCH_ASSIGN_OR_RETURN(v1::GetCampaignResponse response, session.admin().GetCampaign(request));
  if (flags.trials || flags.samples) {
    return absl::InvalidArgumentError(
        absl::StrCat(flags.trials ? "--trials" : "--samples", ": ", response.campaign().id(),
                     " is a campaign; trials and samples are of a run: see `benchctl runs list "
                     "--campaign ",
                     response.campaign().id(), "`"));
  }
  return context.Print(CampaignReport(response));
}

absl::Status ShowRun(CommandContext& context, Session& session, const Flags& flags) {
  v1::GetRunRequest request;
  request.set_run_id(flags.id);
  request.set_with_trials(flags.trials);
  request.set_with_samples(flags.samples);
  BENCH_ASSIGN_OR_RETURN(v1::GetRunResponse response, session.admin().GetRun(request));
  return context.Print(RunDetailReport(response));
}

absl::StatusOr<ExitCode> RunShow(CommandContext& context, ShowScope scope, const Flags& flags) {
  BENCH_ASSIGN_OR_RETURN(std::unique_ptr<Session> session, context.OpenSession());
  if (scope != ShowScope::kRun) {
    absl::Status shown = ShowCampaign(context, *session, flags);
    if (shown.ok()) return ExitCode::kDone;
    if (scope == ShowScope::kCampaign || !absl::IsNotFound(shown)) return shown;
  }
  absl::Status shown = ShowRun(context, *session, flags);
  if (scope == ShowScope::kAny && absl::IsNotFound(shown)) {
    return absl::NotFoundError(absl::StrCat("no campaign and no run has the id ", flags.id,
                                            "; `benchctl campaigns` and `benchctl runs list` "
                                            "print what there is"));
  }
  if (!shown.ok()) return shown;
  return ExitCode::kDone;
}

}  // namespace

void AddShowCommand(CLI::App& app, CommandContext& context, ShowScope scope) {
  auto flags = std::make_shared<Flags>();
  auto action = [&context, scope, flags] { return RunShow(context, scope, *flags); };
  if (scope == ShowScope::kCampaign) {
    CLI::App* command =
        AddCommand(app, context, "show", "One campaign with its runs: the last table again",
                   "  benchctl campaigns show CAMPAIGN -o markdown", action);
    command->add_option("CAMPAIGN", flags->id, "Its id, or the start of it")->required();
    return;
  }
  const char* what = scope == ShowScope::kRun ? "One run with its evidence"
                                              : "One campaign, or one run with its evidence";
  CLI::App* command = AddCommand(app, context, "show", what,
                                 "  benchctl show CAMPAIGN\n"
                                 "  benchctl show RUN --trials\n"
                                 "  benchctl show RUN --trials --samples -o json",
                                 action);
  command
      ->add_option(scope == ShowScope::kRun ? "RUN" : "ID", flags->id,
                   scope == ShowScope::kRun ? "Its id, or the start of it"
                                            : "A campaign's or a run's id, or the start of it")
      ->required();
  command->add_flag("--trials", flags->trials, "Each trial, with why it was judged so (runs)");
  command->add_flag("--samples", flags->samples, "Each reading inside the trials (runs)");
}

}  // namespace bench
