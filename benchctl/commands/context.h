// What every command gets: the global flags and the doors to the world.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "benchctl/client/session.h"
#include "benchctl/commands/console.h"
#include "benchctl/commands/exit_code.h"
#include "benchctl/commands/host.h"
#include "benchctl/commands/interrupts.h"
#include "benchctl/view/output_format.h"
#include "benchctl/view/report.h"
#include "common/os/clock.h"

namespace bench {

struct GlobalFlags {
  std::string controller;
  std::string db_path;
  std::string format = "table";
  bool no_color = false;
  bool quiet = false;
  bool verbose = false;
};

// Borrowed; they outlive the command.
struct Environment {
  Console& console;
  SessionOpener& sessions;
  Host& host;
  Interrupts& interrupts;
  Clock& clock;
  // getenv, but for tests. Null: not set.
  std::function<const char*(const char*)> getenv;
  // Told once the flags are known, before anything else is done; may be empty.
  std::function<void(const GlobalFlags&)> on_flags = nullptr;
};

using CommandAction = std::function<absl::StatusOr<ExitCode>()>;

class CommandContext {
 public:
  explicit CommandContext(Environment environment) : env(std::move(environment)) {}

  // Settles what flags and environment leave open; run before the action. Errors name the flag.
  absl::Status Resolve();

  bool remote() const { return !flags.controller.empty(); }
  OutputFormat format() const { return format_; }
  bool out_colours() const { return out_colours_; }
  bool err_colours() const { return err_colours_; }

  absl::StatusOr<std::unique_ptr<Session>> OpenSession();  // without measuring here
  absl::StatusOr<std::unique_ptr<Session>> OpenSession(const WorkerSettings& worker);
  // On stdout; its notes on stderr where the format has no place for them.
  absl::Status Print(const Report& report);
  void Say(absl::string_view line);   // on stderr; silent with -q
  void Warn(absl::string_view line);  // "warning: …"; silent with -q

  Environment env;
  GlobalFlags flags;
  CommandAction action;  // set by the command that was chosen on the command line

 private:
  OutputFormat format_ = OutputFormat::kTable;
  bool out_colours_ = false;
  bool err_colours_ = false;
};

}  // namespace bench
