#include "worker/falco/falco_plan.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"

namespace bench {
namespace {

constexpr int kAll = 10'000;

// An override with a fixed value, known to the releases from 0.`since_minor`.`since_patch` up to,
// but without, 0.`until_minor`.
struct Override {
  absl::string_view assignment;
  int since_minor = 0;
  int until_minor = kAll;
  int since_patch = 0;
};

// Those that open the live system; 0.44 dropped the old eBPF probe. `ebpf` loads the probe that the
// host's configuration names (engine.ebpf.probe).
struct Driver {
  absl::string_view name;
  bool ring_per_cpu = false;
  int since_minor = 0;
  int until_minor = kAll;
  int since_patch = 0;
};
constexpr Driver kDrivers[] = {
    {"modern_ebpf", false, 34},
    {"kmod", true},
    {"ebpf", true, 0, 44},
};

// The first release with `engine.…`; before it, an option, an environment variable and keys of
// their own say what the engine's map says. 0.37 knows both, and passes over the older ones where
// the host's `engine` has been changed.
constexpr int kEngineSince = 37;
// The first release whose rings have a size that can be set.
constexpr int kBufferPresetSince = 33;
// The first release with `metrics.output_file`, which took the place of `-s`.
constexpr int kMetricsSince = 36;
// The oldest releases spell the option with an underscore.
constexpr int kStatsIntervalSince = 24;

// The first release whose `-o` takes a whole map, which base_syscalls needs: elements can only be
// added to the host's own list.
constexpr int kMapOverridesSince = 39;
// `base_syscalls.all`; before it, `-A` says the same.
constexpr int kAllSyscallsKeySince = 40;

// Set with a value of the run's own.
constexpr absl::string_view kMetricsInterval = "metrics.interval";
constexpr absl::string_view kMetricsFile = "metrics.output_file";

constexpr Override kOverrides[] = {
    {"watch_config_files=false", 32},  // a reload, also by SIGHUP, would start the counters anew
    {"webserver.enabled=false"},       // its port may be taken, and nothing asks it
    {"log_stderr=true"},               // for its last words
    // Alerts: as JSON on stdout, and nowhere else.
    {"json_output=true"},
    {"stdout_output.enabled=true"},
    {"file_output.enabled=false"},
    {"http_output.enabled=false"},
    {"program_output.enabled=false"},
    {"syslog_output.enabled=false"},
    {"grpc_output.enabled=false", 0, 44},
    {"grpc.enabled=false", 0, 44},
    // Or one alert a second after the first thousand is all that comes.
    {"outputs.rate=1000000000", 0, 37},
    {"outputs.max_burst=1000000000", 0, 37},
    // Counters: into the file, and only those that are read.
    {"metrics.enabled=true", kMetricsSince},
    {"metrics.output_rule=false", kMetricsSince},
    {"metrics.rules_counters_enabled=true", 38},
    {"metrics.resource_utilization_enabled=true", kMetricsSince},
    {"metrics.kernel_event_counters_enabled=true", kMetricsSince},
    {"metrics.kernel_event_counters_per_cpu_enabled=false", 39},
    {"metrics.kernel_iter_event_counters_enabled=false", 44},
    {"metrics.state_counters_enabled=false", 37},
    {"metrics.plugins_metrics_enabled=false", 38, kAll, 1},
    {"metrics.jemalloc_stats_enabled=false", 40},
    {"metrics.libbpf_stats_enabled=false", kMetricsSince},
    {"metrics.convert_memory_to_mb=true", kMetricsSince},
    {"metrics.include_empty_values=false", kMetricsSince},
};

template <typename Known>
bool Knows(const FalcoVersion& version, const Known& known) {
  return version.AtLeast(0, known.since_minor, known.since_patch) &&
         !version.AtLeast(0, known.until_minor);
}

// The whole section, so that nothing of the host's own is left in it. A name may begin with '!',
// which YAML would take for a tag: quoted.
std::string BaseSyscallsOverride(const BaseSyscalls& wanted, const FalcoVersion& version) {
  std::string map = absl::StrCat("base_syscalls={custom_set: [",
                                 absl::StrJoin(wanted.custom_set, ", ",
                                               [](std::string* out, const std::string& name) {
                                                 absl::StrAppend(out, "\"", name, "\"");
                                               }),
                                 "], repair: ", wanted.repair ? "true" : "false");
  if (version.AtLeast(0, kAllSyscallsKeySince)) {
    absl::StrAppend(&map, ", all: ", wanted.all ? "true" : "false");
  }
  return absl::StrCat(map, "}");
}

}  // namespace

bool OverridesKey(absl::string_view key) {
  if (key == kMetricsInterval || key == kMetricsFile) return true;
  return std::any_of(std::begin(kOverrides), std::end(kOverrides), [key](const Override& each) {
    absl::string_view section = each.assignment;
    if (absl::ConsumeSuffix(&section, "enabled=false") && absl::EndsWith(section, ".") &&
        absl::StartsWith(key, section)) {
      return true;
    }
    return absl::StartsWith(each.assignment, absl::StrCat(key, "="));
  });
}

bool CountersByStats(const FalcoVersion& version) {
  return !version.AtLeast(0, kMetricsSince);
}

bool HasRingPerCpu(absl::string_view driver) {
  return std::any_of(std::begin(kDrivers), std::end(kDrivers), [driver](const Driver& known) {
    return known.name == driver && known.ring_per_cpu;
  });
}

absl::Status CheckFalcoKnows(const FalcoOptions& options, const FalcoVersion& version) {
  std::vector<absl::string_view> known;
  for (const Driver& driver : kDrivers) {
    if (Knows(version, driver)) known.push_back(driver.name);
  }
  if (std::find(known.begin(), known.end(), options.driver) == known.end()) {
    return absl::FailedPreconditionError(absl::StrCat("Falco ", version.falco, " has no driver ",
                                                      options.driver, "; it knows ",
                                                      absl::StrJoin(known, ", ")));
  }
  if (options.buf_size_preset && !version.AtLeast(0, kBufferPresetSince)) {
    return absl::FailedPreconditionError(
        absl::StrCat("the rings of Falco ", version.falco, " have one size: 0.", kBufferPresetSince,
                     " is the first that knows buffer presets; update it, or leave them out"));
  }
  if (options.base_syscalls && !version.AtLeast(0, kMapOverridesSince)) {
    return absl::FailedPreconditionError(
        absl::StrCat("Falco ", version.falco, " can't be told its base_syscalls at its start: 0.",
                     kMapOverridesSince,
                     " is the first that can; update it, or set them in its "
                     "configuration"));
  }
  return absl::OkStatus();
}

std::vector<std::string> FalcoCommandLine(const FalcoOptions& options, const FalcoVersion& version,
                                          const std::string& counter_file,
                                          absl::Duration metrics_interval) {
  std::vector<std::string> argv;
  // Its value is the probe's path; empty: where Falco itself looks for it.
  const bool engine_key = version.AtLeast(0, kEngineSince);
  if (!engine_key && options.driver == "ebpf") argv = {"/usr/bin/env", "FALCO_BPF_PROBE="};
  argv.insert(argv.end(), {options.binary, "-c", options.config, "-U"});
  if (!engine_key && options.driver == kDefaultDriver) argv.emplace_back("--modern-bpf");
  auto add = [&argv](std::string assignment) {
    argv.push_back("-o");
    argv.push_back(std::move(assignment));
  };
  for (const Override& known : kOverrides) {
    if (Knows(version, known)) add(std::string(known.assignment));
  }
  if (options.alerts_lack_output) add("json_include_output_property=true");
  if (engine_key) add(absl::StrCat("engine.kind=", options.driver));
  const int64_t interval_ms = absl::ToInt64Milliseconds(metrics_interval);
  if (CountersByStats(version)) {
    const bool dashed = version.AtLeast(0, kStatsIntervalSince);
    argv.insert(argv.end(), {"-s", counter_file, dashed ? "--stats-interval" : "--stats_interval",
                             absl::StrCat(interval_ms)});
  } else {
    add(absl::StrCat(kMetricsInterval, "=", interval_ms, "ms"));
    add(absl::StrCat(kMetricsFile, "=", counter_file));
  }
  if (options.buf_size_preset) {
    const std::string key = engine_key ? absl::StrCat("engine.", options.driver, ".buf_size_preset")
                                       : "syscall_buf_size_preset";
    add(absl::StrCat(key, "=", *options.buf_size_preset));
  }
  if (options.cpus_per_buffer) {
    add(absl::StrCat(engine_key ? "engine.modern_ebpf.cpus_for_each_buffer"
                                : "modern_bpf.cpus_for_each_syscall_buffer",
                     "=", *options.cpus_per_buffer));
  }
  if (options.base_syscalls) {
    add(BaseSyscallsOverride(*options.base_syscalls, version));
    if (options.base_syscalls->all && !version.AtLeast(0, kAllSyscallsKeySince)) {
      argv.emplace_back("-A");
    }
  }
  for (const std::string& file : options.rules) argv.insert(argv.end(), {"-r", file});
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
