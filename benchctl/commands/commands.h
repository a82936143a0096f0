// One function a command: puts it on the command line. `context` outlives `app`.
#pragma once

#include "CLI/App.hpp"
#include "benchctl/commands/context.h"

namespace bench {

void AddSweepCommand(CLI::App& app, CommandContext& context);
void AddLoadCommand(CLI::App& app, CommandContext& context);
void AddWatchCommand(CLI::App& app, CommandContext& context);
void AddCancelCommand(CLI::App& app, CommandContext& context);
void AddCampaignsCommand(CLI::App& app, CommandContext& context);
void AddRunsCommand(CLI::App& app, CommandContext& context);
void AddActionsCommand(CLI::App& app, CommandContext& context);
void AddDoctorCommand(CLI::App& app, CommandContext& context);
void AddVersionCommand(CLI::App& app, CommandContext& context);

// What an id may name: `campaigns show` and `runs show` are narrower than `show`.
enum class ShowScope { kAny, kCampaign, kRun };
void AddShowCommand(CLI::App& app, CommandContext& context, ShowScope scope);

}  // namespace bench
