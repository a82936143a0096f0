// How commands put themselves on the command line.
#pragma once

#include <string>

#include "CLI/App.hpp"
#include "benchctl/commands/context.h"

namespace bench {

// A subcommand; when it is chosen, `action` becomes the context's.
// `examples` stand at the end of its help.
CLI::App* AddCommand(CLI::App& parent, CommandContext& context, const std::string& name,
                     const std::string& description, const std::string& examples,
                     CommandAction action);

// A subcommand that only holds others.
CLI::App* AddCommandGroup(CLI::App& parent, const std::string& name,
                          const std::string& description);

// -o, --controller and the like, to the app and all its subcommands, into the context: they may
// stand anywhere on the line. Called last, so that each help shows its own flags first.
void AddGlobalFlags(CLI::App& app, GlobalFlags& flags);

}  // namespace bench
