#include "worker/sensor/app/options.h"

#include <CLI/CLI.hpp>
#include <string>

#include "common/version/version.h"

namespace bench::sensor {
namespace {

constexpr char kDescription[] =
    "bench-sensor, the reference sensor of Falco Bench: watches this host's system calls by eBPF, "
    "judges them by a built-in list of rules and prints alerts as Falco does.";
constexpr char kFooter[] =
    "Standard output carries the alerts, one line of JSON each; standard error says when the\n"
    "capture has begun, and what was seen when it ended (SIGTERM, SIGINT).\n"
    "\n"
    "It needs root (or CAP_BPF and CAP_PERFMON), Linux >= 5.8 with BTF, and to see the host's\n"
    "processes. Try it in two terminals:\n"
    "  bench-sensor --metrics-file /tmp/metrics.jsonl\n"
    "  cat /etc/shadow >/dev/null      # an alert: Read sensitive file untrusted\n"
    "\n"
    "Buffer presets: 1 = 1 MiB, 2 = 2, 3 = 4, 4 = 8, 5 = 16, 6 = 32, 7 = 64, 8 = 128, 9 = 256,\n"
    "10 = 512 MiB, for each ring buffer.";
constexpr int kUsageError = 2;

}  // namespace

std::optional<Options> ParseOptions(int argc, char** argv, int* exit_code) {
  Options options;
  bool no_alerts = false;
  CLI::App app(kDescription, "bench-sensor");
  app.footer(kFooter);
  app.set_version_flag("--version", std::string("bench-sensor ") + Version());
  app.add_option("--metrics-file", options.metrics_file,
                 "Append a line of JSON with the counters to this file at each interval")
      ->type_name("FILE");
  app.add_option("--metrics-interval-ms", options.metrics_interval_ms,
                 "Time between two lines of the metrics file")
      ->type_name("MS")
      ->check(CLI::Range(10, 3'600'000))
      ->capture_default_str();
  app.add_option("--buf-size-preset", options.buffer_preset,
                 "Size of each ring buffer, as Falco's buf_size_preset")
      ->type_name("1-10")
      ->check(CLI::Range(kMinBufferPreset, kMaxBufferPreset))
      ->capture_default_str();
  app.add_option("--cpus-per-buffer", options.cpus_per_buffer,
                 "How many CPUs share a ring buffer, as Falco's cpus_for_each_buffer")
      ->type_name("N")
      ->check(CLI::Range(1, BENCH_MAX_CPUS))
      ->capture_default_str();
  app.add_flag("--no-alerts", no_alerts, "Count what rules match, print no alerts");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    *exit_code = app.exit(error) == 0 ? 0 : kUsageError;
    return std::nullopt;
  }
  options.alerts = !no_alerts;
  return options;
}

}  // namespace bench::sensor
