// bench-controller: keeps sweeps and results, and hands runs to the workers that ask for them.
#include <csignal>
#include <cstdio>
#include <memory>
#include <string>

#include "CLI/CLI.hpp"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/units/quantity.h"
#include "common/version/version.h"
#include "controller/app.h"
#include "controller/storage/default_path.h"
#include "spdlog/sinks/stdout_color_sinks.h"
#include "spdlog/spdlog.h"

namespace bench {
namespace {

constexpr int kExitFailure = 1;
constexpr int kExitUsage = 2;

constexpr char kDescription[] =
    "Keeps sweeps and their results in a database, and hands runs to the workers that ask for\n"
    "them. One controller serves any number of hosts:\n\n"
    "  bench-controller --db /var/lib/falco-bench/bench.db      here\n"
    "  bench-worker --controller HOST:7400 --node NAME          on each host to be measured\n"
    "  benchctl --controller HOST:7400 sweep --cpu 500m,1,2     anywhere\n\n"
    "For a single host none of this is needed: benchctl sweep does it all in one process.";

constexpr char kFooter[] =
    "\nSIGTERM or SIGINT ends it; runs that are under way go on when it is started again on the\n"
    "same file within the lease time. Exit codes: 0 ended as asked, 1 failed, 2 wrong usage.";

struct Flags {
  std::string listen = "127.0.0.1:7400";
  std::string db;
  std::string lease_ttl = "30s";
  bool insecure = false;
};

int Complain(int code, absl::string_view message) {
  std::fprintf(stderr, "bench-controller: %s\n", std::string(message).c_str());
  return code;
}

int Serve(const ControllerOptions& options) {
  // Blocked before any thread starts, so that only sigwait below receives them.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);

  absl::StatusOr<std::unique_ptr<ControllerApp>> app = ControllerApp::Start(options);
  if (!app.ok()) {
    return Complain(absl::IsInvalidArgument(app.status()) ? kExitUsage : kExitFailure,
                    app.status().message());
  }
  std::string address = options.listen;
  if (!absl::StartsWith(address, "unix:")) {
    address = absl::StrCat(address.substr(0, address.rfind(':') + 1), (*app)->port());
  }
  std::printf("listening on %s\n", address.c_str());
  std::fflush(stdout);
  spdlog::info("database {}", options.db_path);

  int received = 0;
  sigwait(&signals, &received);
  spdlog::info("signal {}: shutting down", received);
  (*app)->Shutdown();
  return 0;
}

int Main(int argc, char** argv) {
  spdlog::set_default_logger(spdlog::stderr_color_mt("bench-controller"));
  Flags flags;
  CLI::App cli(kDescription, "bench-controller");
  cli.footer(kFooter);
  cli.set_version_flag("--version",
                       absl::StrCat("bench-controller ", Version(), " (", GitCommit(), ")"));
  cli.add_option("--listen", flags.listen,
                 "HOST:PORT (0 = any free port) or unix:PATH; it is printed once it serves")
      ->capture_default_str();
  cli.add_option("--db", flags.db,
                 "Database file, created if missing. Default: falco-bench/bench.db under "
                 "$XDG_DATA_HOME or ~/.local/share");
  cli.add_option("--lease-ttl", flags.lease_ttl,
                 "How long a run stays with a worker that does not report; then another attempt is "
                 "made")
      ->capture_default_str();
  cli.add_flag("--insecure", flags.insecure,
               "Allow an address that other hosts can reach, although it is plain text: anyone "
               "there may submit sweeps");
  try {
    cli.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return cli.exit(error) == 0 ? 0 : kExitUsage;
  }

  ControllerOptions options;
  options.listen = flags.listen;
  options.insecure_allowed = flags.insecure;
  if (flags.listen.empty()) return Complain(kExitUsage, "--listen: give an address");
  absl::StatusOr<absl::Duration> lease_ttl = ParseDurationText(flags.lease_ttl);
  if (!lease_ttl.ok()) {
    return Complain(kExitUsage, absl::StrCat("--lease-ttl: ", lease_ttl.status().message()));
  }
  // Workers report a few times a second; less than this would end leases over a hiccup.
  if (*lease_ttl < absl::Seconds(2) || *lease_ttl > absl::Hours(1)) {
    return Complain(kExitUsage, absl::StrCat("--lease-ttl: ", flags.lease_ttl,
                                             " is out of range; give 2s to 1h"));
  }
  options.lease_ttl = *lease_ttl;
  options.db_path = flags.db;
  if (options.db_path.empty()) {
    absl::StatusOr<std::string> path = DefaultDatabasePath();
    if (!path.ok()) return Complain(kExitFailure, path.status().message());
    options.db_path = *path;
  }
  return Serve(options);
}

}  // namespace
}  // namespace bench

int main(int argc, char** argv) {
  return bench::Main(argc, argv);
}
