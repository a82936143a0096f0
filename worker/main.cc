// bench-worker: one a node; takes runs from a controller and measures them on this host.
#include <poll.h>
#include <sys/signalfd.h>

#include <csignal>
#include <cstdio>
#include <map>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "common/os/files.h"
#include "common/rpc/channel.h"
#include "common/version/version.h"
#include "spdlog/sinks/stdout_color_sinks.h"
#include "spdlog/spdlog.h"
#include "worker/app.h"

namespace {

constexpr int kUsageError = 2;
constexpr int kStatusPollMs = 500;

bool SplitLabel(const std::string& text, std::map<std::string, std::string>& labels) {
  size_t at = text.find('=');
  if (at == 0 || at == std::string::npos) return false;
  labels[text.substr(0, at)] = text.substr(at + 1);
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  bench::WorkerOptions options;
  std::string controller;
  std::vector<std::string> labels;
  bool insecure = false;

  CLI::App cli(
      "Takes runs from a controller and measures them on this host. Needs root (eBPF, control\n"
      "groups). SIGTERM stops a running measurement, undoes its limits and ends.",
      "bench-worker");
  cli.add_option("--controller", controller, "HOST:PORT or unix:PATH of bench-controller")
      ->required();
  cli.add_option("--node", options.node, "Name of this node (default: the host's name)");
  cli.add_option("--label", labels, "k=v, may be repeated; shown by the controller");
  cli.add_option("--falco-bin", options.falco_bin, "Falco's program (default: the one in PATH)");
  cli.add_option("--falco-config", options.falco_config,
                 "Falco's configuration (default: Falco's own)");
  CLI::Option* cert = cli.add_option("--alert-cert", options.alert_tls.cert_file,
                                     "PEM certificate to receive a running Falco's alerts with, "
                                     "where its http_output or gRPC wants TLS");
  CLI::Option* key = cli.add_option("--alert-key", options.alert_tls.key_file, "Its PEM key");
  cert->needs(key);
  key->needs(cert);
  cli.add_option("--alert-ca", options.alert_tls.ca_file,
                 "PEM certificates of the authority that such a Falco's own are checked by");
  cli.add_option("--rules-dir", options.rules_dirs,
                 "A folder whose rule files a sweep may name (--rules); may be repeated")
      ->type_name("DIR")
      ->allow_extra_args(false)
      ->capture_default_str();
  options.state_dir = std::string(bench::kDefaultStateDir);
  cli.add_option("--state-dir", options.state_dir,
                 "Where the journal of what must be undone after a kill lives")
      ->capture_default_str();
  cli.add_flag("--insecure", insecure,
               "Allow plain text to a controller beyond loopback (a trusted network)");
  cli.set_version_flag("--version", std::string("bench-worker ") + bench::Version() + " (" +
                                        bench::GitCommit() + ")");
  cli.footer("Example:\n  bench-worker --controller 127.0.0.1:7400 --node n1 --label zone=a");
  try {
    cli.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return cli.exit(error) == 0 ? 0 : kUsageError;
  }
  for (const std::string& label : labels) {
    if (!SplitLabel(label, options.labels)) {
      std::fprintf(stderr, "bench-worker: --label %s: a label is k=v, e.g. zone=a\n",
                   label.c_str());
      return kUsageError;
    }
  }
  if (absl::Status status = bench::CheckPlaintextAddress(controller, insecure); !status.ok()) {
    std::fprintf(stderr, "bench-worker: --controller: %s\n", std::string(status.message()).c_str());
    return kUsageError;
  }

  spdlog::set_default_logger(spdlog::stderr_color_mt("bench-worker"));
  // Blocked before any thread starts, so that only the descriptor below hears them.
  sigset_t ending;
  sigemptyset(&ending);
  sigaddset(&ending, SIGINT);
  sigaddset(&ending, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &ending, nullptr);
  bench::UniqueFd signals(signalfd(-1, &ending, SFD_CLOEXEC));

  auto worker = bench::WorkerApp::Start(options, bench::InsecureChannel(controller));
  if (!worker.ok()) {
    spdlog::error("{}", worker.status().ToString());
    return 1;
  }
  pollfd wait = {.fd = signals.get(), .events = POLLIN, .revents = 0};
  while (poll(&wait, 1, kStatusPollMs) <= 0) {
    if (absl::Status status = (*worker)->status(); !status.ok()) return 1;
  }
  spdlog::info("stopping");
  (*worker)->Stop();
  return 0;
}
