#include "benchctl/commands/cli.h"

#include <algorithm>
#include <optional>
#include <sstream>
#include <utility>

#include "CLI/App.hpp"
#include "CLI/Config.hpp"
#include "CLI/Formatter.hpp"
#include "absl/strings/str_cat.h"
#include "benchctl/commands/commands.h"
#include "benchctl/commands/global_flags.h"
#include "common/version/version.h"

namespace bench {
namespace {

constexpr const char* kDescription =
    "Measures how many syscalls per second a Falco sensor sustains under CPU and memory limits";

constexpr const char* kFooter =
    "Examples:\n"
    "  sudo benchctl doctor                                    can this host measure?\n"
    "  sudo benchctl sweep --cpu 500m,1,2 --memory 512Mi       measure, store, print the table\n"
    "  benchctl campaigns                                      what was measured before\n"
    "  benchctl show CAMPAIGN -o csv                           its table again\n"
    "\n"
    "`benchctl COMMAND --help` explains a command. Exit codes: 0 done, 1 failed, 2 usage, 3 done\n"
    "but some runs have no answer, 5 controller unreachable, 130 interrupted.";

void AddCommands(CLI::App& app, CommandContext& context) {
  app.footer(kFooter);
  app.get_formatter()->column_width(34);
  app.set_version_flag("--version", absl::StrCat("benchctl ", Version(), " (", GitCommit(), ")"));
  app.require_subcommand(0, 1);
  AddSweepCommand(app, context);
  AddLoadCommand(app, context);
  AddWatchCommand(app, context);
  AddCancelCommand(app, context);
  AddCampaignsCommand(app, context);
  AddRunsCommand(app, context);
  AddShowCommand(app, context, ShowScope::kAny);
  AddActionsCommand(app, context);
  AddDoctorCommand(app, context);
  AddVersionCommand(app, context);
  AddGlobalFlags(app, context.flags);
}

// "benchctl runs list": as far as the line was understood.
std::string ChosenCommand(const CLI::App& app) {
  std::string name = "benchctl";
  const CLI::App* at = &app;
  while (!at->get_subcommands().empty()) {
    at = at->get_subcommands().front();
    absl::StrAppend(&name, " ", at->get_name());
  }
  return name;
}

int Fail(CommandContext& context, ExitCode code, absl::string_view message) {
  context.env.console.ErrLine(
      absl::StrCat(Coloured("error:", Tone::kBad, context.err_colours()), " ", message));
  return static_cast<int>(code);
}

// CLI11 reports by exceptions; they end here. Nothing = parsed, go on.
std::optional<int> Parse(CLI::App& app, CommandContext& context,
                         std::vector<std::string> arguments) {
  std::reverse(arguments.begin(), arguments.end());  // as CLI11 wants them
  try {
    app.parse(std::move(arguments));
  } catch (const CLI::Success& help_or_version) {
    std::ostringstream out;
    std::ostringstream err;
    app.exit(help_or_version, out, err);
    absl::Status printed = context.env.console.Out(out.str());
    return static_cast<int>(printed.ok() ? ExitCode::kDone : ExitCode::kFailed);
  } catch (const CLI::Error& error) {
    return Fail(
        context, ExitCode::kUsage,
        absl::StrCat(error.what(), "\nRun `", ChosenCommand(app), " --help` for what there is."));
  }
  return std::nullopt;
}

}  // namespace

int RunBenchctl(std::vector<std::string> arguments, const Environment& environment) {
  CommandContext context(environment);
  CLI::App app(kDescription, "benchctl");
  AddCommands(app, context);
  if (std::optional<int> code = Parse(app, context, std::move(arguments))) return *code;
  if (absl::Status resolved = context.Resolve(); !resolved.ok()) {
    return Fail(context, ExitCodeOf(resolved), resolved.message());
  }
  if (!context.action) {
    context.env.console.ErrLine(app.help());
    return static_cast<int>(ExitCode::kUsage);
  }
  if (environment.on_flags) environment.on_flags(context.flags);
  absl::StatusOr<ExitCode> code = context.action();
  if (!code.ok()) return Fail(context, ExitCodeOf(code.status()), code.status().message());
  return static_cast<int>(*code);
}

}  // namespace bench
