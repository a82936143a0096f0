// How commands put themselves on the command line.
#pragma once

#include <string>

#include "CLI/App.hpp"
#include "benchctl/commands/context.h"

namespace bench {

// A subcommand with the global flags; when it is chosen, `action` becomes the context's.
// `examples` stand at the end of its help.
CLI::App* AddCommand(CLI::App& parent, CommandContext& context, const std::string& name,
                     const std::string& description, const std::string& examples,
                     CommandAction action);

// A subcommand that only holds others.
CLI::App* AddCommandGroup(CLI::App& parent, CommandContext& context, const std::string& name,
                          const std::string& description);

// -o, --controller and the like, into the context: the same wherever they stand on the line.
void AddGlobalFlags(CLI::App& app, CommandContext& context);

}  // namespace bench
