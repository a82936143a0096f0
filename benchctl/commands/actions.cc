#include <memory>
#include <string>

#include "benchctl/commands/commands.h"
#include "benchctl/commands/global_flags.h"
#include "benchctl/view/actions_view.h"
#include "common/status/status_macros.h"

namespace bench {
namespace {

struct Flags {
  std::string regex;
  bool all = false;
};

absl::StatusOr<ExitCode> RunActionsList(CommandContext& context, const Flags& flags) {
  absl::StatusOr<v1::ActionCatalogue> found = context.env.host.Actions(flags.regex);
  if (!found.ok()) return Annotate(found.status(), "REGEX");
  // A regular expression asks for what it matches, as `sweep --actions` takes it.
  bool keep_all = flags.all || !flags.regex.empty();
  v1::ActionCatalogue shown;
  for (const v1::ActionDescription& action : found->actions()) {
    if (keep_all || action.enabled_by_default()) *shown.add_actions() = action;
  }
  BENCH_RETURN_IF_ERROR(
      context.Print(ActionsReport(shown, found->actions_size() - shown.actions_size())));
  return ExitCode::kDone;
}

}  // namespace

void AddActionsCommand(CLI::App& app, CommandContext& context) {
  auto flags = std::make_shared<Flags>();
  CLI::App* group = AddCommandGroup(app, "actions", "What the load can do");
  CLI::App* command =
      AddCommand(*group, context, "list", "Actions, named as event-generator names them",
                 "  benchctl actions list --all\n"
                 "  benchctl actions list 'Write|Read'",
                 [&context, flags] { return RunActionsList(context, *flags); });
  command->add_option("REGEX", flags->regex, "Only those that `sweep --actions REGEX` would take");
  command->add_flag("--all", flags->all, "Also those that event-generator leaves out by default");
}

}  // namespace bench
