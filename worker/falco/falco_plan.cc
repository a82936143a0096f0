#include "worker/falco/falco_plan.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace bench {
namespace {

constexpr int kAll = 10'000;

// An override with a fixed value, known to the releases 0.`since` up to, but without, 0.`until`.
struct Override {
  absl::string_view assignment;
  int since_minor = 0;
  int until_minor = kAll;
};

constexpr Override kOverrides[] = {
    {"engine.kind=modern_ebpf"},
    {"watch_config_files=false"},  // a reload, also by SIGHUP, would start the counters anew
    {"webserver.enabled=false"},   // its port may be taken, and nothing asks it
    {"log_stderr=true"},           // for its last words
    // Alerts: as JSON on stdout, and nowhere else.
    {"json_output=true"},
    {"stdout_output.enabled=true"},
    {"file_output.enabled=false"},
    {"http_output.enabled=false"},
    {"program_output.enabled=false"},
    {"syslog_output.enabled=false"},
    {"grpc_output.enabled=false", 0, 44},
    {"grpc.enabled=false", 0, 44},
    // Counters: into the file, and only those that are read.
    {"metrics.enabled=true"},
    {"metrics.output_rule=false"},
    {"metrics.rules_counters_enabled=true", 38},
    {"metrics.resource_utilization_enabled=true"},
    {"metrics.kernel_event_counters_enabled=true"},
    {"metrics.kernel_event_counters_per_cpu_enabled=false", 39},
    {"metrics.kernel_iter_event_counters_enabled=false", 44},
    {"metrics.state_counters_enabled=false", 37},
    {"metrics.plugins_metrics_enabled=false", 39},
    {"metrics.jemalloc_stats_enabled=false", 40},
    {"metrics.libbpf_stats_enabled=false"},
    {"metrics.convert_memory_to_mb=true"},
    {"metrics.include_empty_values=false"},
};

bool Knows(const FalcoVersion& version, const Override& known) {
  return version.AtLeast(0, known.since_minor) && !version.AtLeast(0, known.until_minor);
}

}  // namespace

std::vector<std::string> FalcoCommandLine(const FalcoOptions& options, const FalcoVersion& version,
                                          const std::string& counter_file,
                                          absl::Duration metrics_interval) {
  std::vector<std::string> argv = {options.binary, "-c", options.config, "-U"};
  auto add = [&argv](std::string assignment) {
    argv.push_back("-o");
    argv.push_back(std::move(assignment));
  };
  for (const Override& known : kOverrides) {
    if (Knows(version, known)) add(std::string(known.assignment));
  }
  add(absl::StrCat("metrics.interval=", absl::ToInt64Milliseconds(metrics_interval), "ms"));
  add(absl::StrCat("metrics.output_file=", counter_file));
  if (options.buf_size_preset) {
    add(absl::StrCat("engine.modern_ebpf.buf_size_preset=", *options.buf_size_preset));
  }
  if (options.cpus_per_buffer) {
    add(absl::StrCat("engine.modern_ebpf.cpus_for_each_buffer=", *options.cpus_per_buffer));
  }
  return argv;
}

std::string FalcoStartHint(absl::string_view last_words) {
  if (!absl::StrContains(last_words, "scap_init") && !absl::StrContains(last_words, "skeleton")) {
    return "";
  }
  return "its metrics timer may have interrupted the loading of its probe: start it with a longer "
         "metrics interval (500ms or more), without a CPU limit, or on a host that is less busy";
}

}  // namespace bench
