#include "benchctl/commands/context.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/status/status_macros.h"

namespace bench {
namespace {

constexpr const char* kControllerVariable = "BENCHCTL_CONTROLLER";

absl::Status CheckAddress(const std::string& address, absl::string_view where) {
  if (absl::StartsWith(address, "unix:")) return absl::OkStatus();
  size_t colon = address.rfind(':');
  int port = 0;
  if (colon == std::string::npos || colon == 0 ||
      !absl::SimpleAtoi(address.substr(colon + 1), &port) || port < 1 || port > 65535) {
    return absl::InvalidArgumentError(absl::StrCat(where, ": \"", address,
                                                   "\" is not HOST:PORT; try 127.0.0.1:7443 or "
                                                   "unix:/run/bench-controller.sock"));
  }
  return absl::OkStatus();
}

bool IsSet(const char* value) {
  return value != nullptr && *value != '\0';
}

}  // namespace

absl::Status CommandContext::Resolve() {
  absl::StatusOr<OutputFormat> format = ParseOutputFormat(flags.format);
  if (!format.ok()) return Annotate(format.status(), "--output");
  format_ = *format;

  const char* no_color = env.getenv("NO_COLOR");
  const char* term = env.getenv("TERM");
  bool colours =
      !flags.no_color && !IsSet(no_color) && (term == nullptr || absl::string_view(term) != "dumb");
  out_colours_ = colours && format_ == OutputFormat::kTable && env.console.out_is_terminal();
  err_colours_ = colours && env.console.err_is_terminal();

  if (flags.quiet && flags.verbose) {
    return absl::InvalidArgumentError("--quiet and --verbose exclude each other");
  }
  if (!flags.controller.empty() && !flags.db_path.empty()) {
    return absl::InvalidArgumentError(
        "--db: it names the database of a sweep without a controller; with --controller, the "
        "controller has its own");
  }
  if (!flags.controller.empty()) return CheckAddress(flags.controller, "--controller");
  if (const char* controller = env.getenv(kControllerVariable);
      IsSet(controller) && flags.db_path.empty()) {
    flags.controller = controller;
    return CheckAddress(flags.controller, kControllerVariable);
  }
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<Session>> CommandContext::OpenSession() {
  return OpenSession(WorkerSettings());
}

absl::StatusOr<std::unique_ptr<Session>> CommandContext::OpenSession(const WorkerSettings& worker) {
  return env.sessions.Open(
      {.controller = flags.controller, .db_path = flags.db_path, .worker = worker});
}

absl::Status CommandContext::Print(const Report& report) {
  if (format_ == OutputFormat::kCsv || format_ == OutputFormat::kJsonLines) {
    for (const std::string& note : report.notes) Say(note);
  }
  return env.console.Out(RenderReport(report, format_, out_colours_));
}

void CommandContext::Say(absl::string_view line) {
  if (!flags.quiet) env.console.ErrLine(line);
}

void CommandContext::Warn(absl::string_view line) {
  Say(absl::StrCat(Coloured("warning:", Tone::kWarning, err_colours_), " ", line));
}

}  // namespace bench
