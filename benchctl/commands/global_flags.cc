#include "benchctl/commands/global_flags.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "benchctl/view/output_format.h"

namespace bench {

void AddGlobalFlags(CLI::App& app, GlobalFlags& flags) {
  const char* group = "Global options";
  app.add_option("--controller", flags.controller,
                 "Controller to use (also BENCHCTL_CONTROLLER); none = measure this host")
      ->type_name("HOST:PORT")
      ->group(group);
  app.add_option(
         "--db", flags.db_path,
         "Database if there is no controller (default: $XDG_DATA_HOME/falco-bench/bench.db)")
      ->type_name("FILE")
      ->group(group);
  app.add_option("-o,--output", flags.format, absl::StrCat("Format: ", kOutputFormats))
      ->type_name("FORMAT")
      ->capture_default_str()
      ->group(group);
  app.add_flag("--no-color", flags.no_color, "No colours (also NO_COLOR)")->group(group);
  app.add_flag("-q,--quiet", flags.quiet, "Only results and errors")->group(group);
  app.add_flag("-v,--verbose", flags.verbose, "Say more, e.g. why each trial was judged so")
      ->group(group);
  for (CLI::App* command : app.get_subcommands({})) AddGlobalFlags(*command, flags);
}

CLI::App* AddCommand(CLI::App& parent, CommandContext& context, const std::string& name,
                     const std::string& description, const std::string& examples,
                     CommandAction action) {
  CLI::App* command = parent.add_subcommand(name, description);
  if (!examples.empty()) command->footer(absl::StrCat("Examples:\n", examples));
  command->callback(
      [&context, action = std::move(action)]() mutable { context.action = std::move(action); });
  return command;
}

CLI::App* AddCommandGroup(CLI::App& parent, const std::string& name,
                          const std::string& description) {
  CLI::App* group = parent.add_subcommand(name, description);
  group->require_subcommand(1);
  return group;
}

}  // namespace bench
