#include "worker/falco/make_sensor.h"

#include <unistd.h>

#include <cerrno>

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "common/os/capture_output.h"
#include "common/os/files.h"
#include "common/os/process.h"
#include "common/status/status_macros.h"
#include "worker/falco/config_source.h"
#include "worker/falco/effective_config.h"
#include "worker/falco/falco_arguments.h"
#include "worker/falco/falco_config.h"
#include "worker/falco/falco_ring.h"
#include "worker/falco/merged_config.h"
#include "worker/falco/sensor_process.h"
#include "worker/falco/sha256.h"
#include "worker/falco/stats_line.h"

namespace bench {
namespace {

constexpr absl::Duration kVersionTimeout = absl::Seconds(10);

absl::Status CheckRing(const std::optional<int>& preset, const std::optional<int>& cpus,
                       int fewest_cpus) {
  if (preset && RingBytesOfPreset(*preset) == 0) {
    return absl::InvalidArgumentError(
        absl::StrCat("buffer preset ", *preset, ": from 1 (1 MB) to 10 (512 MB); 4 is 8 MB"));
  }
  if (cpus && *cpus < fewest_cpus) {
    return absl::InvalidArgumentError(
        absl::StrCat(*cpus, " CPUs for each buffer: ", fewest_cpus, " or more"));
  }
  return absl::OkStatus();
}

absl::Status CheckFile(const std::string& path, int mode, absl::string_view what,
                       absl::string_view hint) {
  if (access(path.c_str(), mode) == 0) return absl::OkStatus();
  return Annotate(ErrnoStatus(path, errno), absl::StrCat(what, " can't be used (", hint, ")"));
}

// Releases that let included files win over the command line would measure something else than
// what they are asked for, and say nothing.
absl::Status CheckOverridesHold(const FalcoOptions& options, const FalcoVersion& version) {
  FalcoArguments started = ParseFalcoArguments(
      FalcoCommandLine(options, version, "/the/counters", /*metrics_interval=*/absl::Seconds(1)));
  BENCH_ASSIGN_OR_RETURN(started.environment, ProcessEnvironment(getpid()));
  const absl::StatusOr<MergedConfig> merged =
      MergeConfig(started, version, ReadFilesBelow(/*root=*/""));
  // One that can't be read: Falco won't start, and says itself what is wrong.
  if (!merged.ok()) return absl::OkStatus();
  const std::vector<std::string> lost = LostOverrides(*merged, started.overrides);
  if (lost.empty()) return absl::OkStatus();
  const std::vector<std::string> included(merged->files.begin() + 1, merged->files.end());
  return absl::FailedPreconditionError(absl::StrCat(
      "Falco ", version.falco, " lets the files that ", options.config, " includes (",
      absl::StrJoin(included, ", "),
      ") win over its command line, and they leave nothing of: ", absl::StrJoin(lost, ", "),
      "; move their sections into the main file, name a configuration without them with "
      "--falco-config, or update Falco to 0.41"));
}

}  // namespace

int CpusPerRing(int configured) {
  return configured > 0 ? configured : static_cast<int>(sysconf(_SC_NPROCESSORS_CONF));
}

SensorFacts FalcoFacts(const FalcoVersion& version, const FalcoFiles& files,
                       const std::string& root) {
  SensorFacts facts = {.libs_version = version.libs,
                       .engine_version = version.engine,
                       .driver_version = version.default_driver,
                       .driver_api_version = version.driver_api,
                       .driver_schema_version = version.driver_schema};
  facts.config_files = ChecksumFiles(files.config, root);
  facts.rules_files = ChecksumFiles(files.rules, root);
  facts.config_sha256 = ChecksumOfAll(facts.config_files);
  facts.rules_sha256 = ChecksumOfAll(facts.rules_files);
  return facts;
}

absl::StatusOr<std::unique_ptr<Sensor>> MakeFalcoSensor(const FalcoOptions& options) {
  BENCH_RETURN_IF_ERROR(
      CheckRing(options.buf_size_preset, options.cpus_per_buffer, /*fewest_cpus=*/0));
  BENCH_RETURN_IF_ERROR(
      CheckFile(options.binary, X_OK, "Falco", "install it, or give its path with --falco-bin"));
  BENCH_RETURN_IF_ERROR(CheckFile(options.config, R_OK, "Falco's configuration",
                                  "give its path with --falco-config"));
  BENCH_ASSIGN_OR_RETURN(
      std::string text,
      CaptureOutput({options.binary, "-c", options.config, "--version"}, kVersionTimeout));
  BENCH_ASSIGN_OR_RETURN(FalcoVersion version, ParseFalcoVersion(text));
  BENCH_RETURN_IF_ERROR(CheckFalcoSupported(version));
  BENCH_RETURN_IF_ERROR(CheckFalcoKnows(options, version));
  BENCH_RETURN_IF_ERROR(CheckOverridesHold(options, version));

  // Where it can't be read Falco won't start, and says itself what is wrong.
  FalcoArguments arguments = {.config = options.config, .rules = options.rules};
  BENCH_ASSIGN_OR_RETURN(arguments.environment, ProcessEnvironment(getpid()));
  const absl::StatusOr<MergedConfig> merged =
      MergeConfig(arguments, version, ReadFilesBelow(/*root=*/""));
  const RingConfig ring = FalcoRing(options, version, merged);
  SensorProgram program;
  program.kind = "falco";
  program.version = version.falco;
  program.driver = options.driver;
  program.ring_bytes = ring.ring_bytes;
  program.cpus_per_ring = CpusPerRing(ring.cpus_per_ring);
  FalcoFiles files;
  if (merged.ok()) files = ListFalcoFiles(*merged, arguments, version, /*root=*/"");
  program.facts = FalcoFacts(version, files, /*root=*/"");
  FalcoOptions started = options;
  if (merged.ok()) {
    program.facts.effective_config_sha256 = EffectiveConfigSha256(*merged, FalcoUse::kStarted);
    started.alerts_lack_output = !ConfigOf(*merged, arguments, version).json_tells_whose;
  }
  program.command_line = [started, version](const std::string& counter_file,
                                            absl::Duration metrics_interval) {
    return FalcoCommandLine(started, version, counter_file, metrics_interval);
  };
  if (CountersByStats(version)) program.parse_counters = ParseStatsLine;
  program.start_hint = FalcoStartHint;
  return std::make_unique<SensorProcess>(std::move(program));
}

std::vector<std::string> ReferenceCommandLine(const ReferenceOptions& options,
                                              const std::string& counter_file,
                                              absl::Duration metrics_interval) {
  std::vector<std::string> argv = {options.binary, "--metrics-file", counter_file,
                                   "--metrics-interval-ms",
                                   absl::StrCat(absl::ToInt64Milliseconds(metrics_interval))};
  if (options.buf_size_preset) {
    argv.insert(argv.end(), {"--buf-size-preset", absl::StrCat(*options.buf_size_preset)});
  }
  if (options.cpus_per_buffer) {
    argv.insert(argv.end(), {"--cpus-per-buffer", absl::StrCat(*options.cpus_per_buffer)});
  }
  return argv;
}

absl::StatusOr<std::unique_ptr<Sensor>> MakeReferenceSensor(const ReferenceOptions& given) {
  ReferenceOptions options = given;
  if (options.binary.empty()) {
    BENCH_ASSIGN_OR_RETURN(std::string directory, ExecutableDirectory());
    options.binary = absl::StrCat(directory, "/bench-sensor");
  }
  BENCH_RETURN_IF_ERROR(
      CheckRing(options.buf_size_preset, options.cpus_per_buffer, /*fewest_cpus=*/1));
  BENCH_RETURN_IF_ERROR(CheckFile(options.binary, X_OK, "the reference sensor",
                                  "it is built and installed beside this program"));
  BENCH_ASSIGN_OR_RETURN(std::string text,
                         CaptureOutput({options.binary, "--version"}, kVersionTimeout));
  // "bench-sensor 0.1.0"
  std::vector<std::string> words =
      absl::StrSplit(absl::StripAsciiWhitespace(text), absl::ByAnyChar(" \n"));
  if (words.size() < 2 || words[0] != "bench-sensor") {
    return absl::InvalidArgumentError(absl::StrCat(options.binary,
                                                   " is no bench-sensor: its --version says \"",
                                                   absl::CHexEscape(text.substr(0, 200)), "\""));
  }

  const RingConfig defaults;
  SensorProgram program;
  program.kind = "reference";
  program.version = words[1];
  program.driver = "modern_ebpf";
  program.ring_bytes =
      options.buf_size_preset ? RingBytesOfPreset(*options.buf_size_preset) : defaults.ring_bytes;
  program.cpus_per_ring = CpusPerRing(options.cpus_per_buffer.value_or(defaults.cpus_per_ring));
  program.command_line = [options](const std::string& counter_file,
                                   absl::Duration metrics_interval) {
    return ReferenceCommandLine(options, counter_file, metrics_interval);
  };
  return std::make_unique<SensorProcess>(std::move(program));
}

}  // namespace bench
