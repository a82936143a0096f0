#include "common/version/version.h"

#include "benchctl/commands/commands.h"
#include "benchctl/commands/global_flags.h"
#include "benchctl/view/version_view.h"
#include "common/status/status_macros.h"

namespace bench {
namespace {

absl::StatusOr<ExitCode> RunVersion(CommandContext& context) {
  v1::GetVersionResponse version;
  version.set_version(Version());
  version.set_git_commit(GitCommit());
  BENCH_RETURN_IF_ERROR(context.Print(VersionReport(version)));
  return ExitCode::kDone;
}

}  // namespace

void AddVersionCommand(CLI::App& app, CommandContext& context) {
  AddCommand(app, context, "version", "This program's version and commit",
             "  benchctl version -o json", [&context] { return RunVersion(context); });
}

}  // namespace bench
