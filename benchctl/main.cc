// benchctl: wires the commands to the real world.
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <string>
#include <vector>

#include "benchctl/commands/cli.h"
#include "benchctl/commands/fd_console.h"
#include "benchctl/commands/signal_interrupts.h"
#include "benchctl/embedded/local_host.h"
#include "benchctl/embedded/log_to_console.h"
#include "benchctl/embedded/real_sessions.h"
#include "common/os/clock.h"

int main(int argc, char** argv) {
  // `benchctl … | head` must not end a measurement before its clean-up.
  std::signal(SIGPIPE, SIG_IGN);
  // Never destroyed: other threads may log until the very end.
  static auto* const forever = new bench::FdConsole(STDOUT_FILENO, STDERR_FILENO);
  bench::FdConsole& console = *forever;
  bench::RealSessions sessions;
  bench::LocalHost host;
  bench::SignalInterrupts interrupts;
  return bench::RunBenchctl(
      std::vector<std::string>(argv + (argc > 0 ? 1 : 0), argv + argc),
      {.console = console,
       .sessions = sessions,
       .host = host,
       .interrupts = interrupts,
       .clock = bench::RealClock(),
       .getenv = [](const char* name) { return static_cast<const char*>(std::getenv(name)); },
       .on_flags =
           [&console](const bench::GlobalFlags& flags) { bench::LogToConsole(console, flags); }});
}
