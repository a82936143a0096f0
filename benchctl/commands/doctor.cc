#include <memory>

#include "benchctl/commands/commands.h"
#include "benchctl/commands/global_flags.h"
#include "benchctl/commands/sensor_flags.h"
#include "benchctl/view/doctor_view.h"
#include "common/status/status_macros.h"

namespace bench {
namespace {

absl::StatusOr<ExitCode> RunDoctorCommand(CommandContext& context, DoctorRequest request) {
  request.db_path = context.flags.db_path;
  v1::DoctorReport report = context.env.host.Doctor(request);
  BENCH_RETURN_IF_ERROR(context.Print(DoctorChecksReport(report, context.out_colours())));
  for (const v1::DoctorCheck& check : report.checks()) {
    if (check.status() == v1::DoctorCheck::FAIL) return ExitCode::kFailed;
  }
  return ExitCode::kDone;
}

}  // namespace

void AddDoctorCommand(CLI::App& app, CommandContext& context) {
  auto request = std::make_shared<DoctorRequest>();
  CLI::App* command = AddCommand(
      app, context, "doctor", "What this host can and can't measure, and what to do about it",
      "  sudo benchctl doctor\n"
      "  sudo benchctl doctor --falco-bin /opt/falco/bin/falco -o json",
      [&context, request] { return RunDoctorCommand(context, *request); });
  AddWorkerFlags(*command, request->worker, "This host's worker");
}

}  // namespace bench
