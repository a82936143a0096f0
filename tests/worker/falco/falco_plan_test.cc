#include "worker/falco/falco_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "worker/falco/make_sensor.h"

namespace bench {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsSupersetOf;
using ::testing::Key;
using ::testing::Not;
using ::testing::Pair;

FalcoVersion Release(int minor) {
  return {.major = 0, .minor = minor, .patch = 0};
}

std::vector<std::string> CommandLine(const FalcoOptions& options, int minor) {
  return FalcoCommandLine(options, Release(minor), "/run/counters.jsonl", absl::Milliseconds(500));
}

// The overrides by key.
std::map<std::string, std::string> Overrides(const std::vector<std::string>& argv) {
  std::map<std::string, std::string> overrides;
  for (size_t i = 0; i + 1 < argv.size(); ++i) {
    if (argv[i] != "-o") continue;
    const size_t equals = argv[i + 1].find('=');
    const bool is_new =
        overrides.emplace(argv[i + 1].substr(0, equals), argv[i + 1].substr(equals + 1)).second;
    EXPECT_TRUE(is_new) << argv[i + 1];
  }
  return overrides;
}

TEST(FalcoPlan, StartsTheHostsOwnConfigurationUnbuffered) {
  FalcoOptions options;
  options.binary = "/opt/falco";
  options.config = "/opt/falco.yaml";
  const std::vector<std::string> argv = CommandLine(options, 44);
  ASSERT_GT(argv.size(), 4u);
  EXPECT_THAT(std::vector<std::string>(argv.begin(), argv.begin() + 4),
              ElementsAre("/opt/falco", "-c", "/opt/falco.yaml", "-U"));
}

TEST(FalcoPlan, SendsAlertsToStdoutAndCountersToTheFile) {
  EXPECT_THAT(
      Overrides(CommandLine({}, 44)),
      IsSupersetOf(
          {Pair("engine.kind", "modern_ebpf"), Pair("json_output", "true"),
           Pair("stdout_output.enabled", "true"), Pair("file_output.enabled", "false"),
           Pair("http_output.enabled", "false"), Pair("program_output.enabled", "false"),
           Pair("syslog_output.enabled", "false"), Pair("webserver.enabled", "false"),
           Pair("watch_config_files", "false"), Pair("metrics.enabled", "true"),
           Pair("metrics.interval", "500ms"), Pair("metrics.output_file", "/run/counters.jsonl"),
           Pair("metrics.output_rule", "false"), Pair("metrics.rules_counters_enabled", "true"),
           Pair("metrics.include_empty_values", "false"),
           Pair("metrics.libbpf_stats_enabled", "false")}));
}

TEST(FalcoPlan, AlertsThatWouldNotTellWhoseTheyAreGetTheirOutputBack) {
  EXPECT_THAT(Overrides(CommandLine({.alerts_lack_output = true}, 44)),
              Contains(Pair("json_include_output_property", "true")));
}

TEST(FalcoPlan, LeavesRulesSyscallsAndQueuesAsTheHostHasThem) {
  for (const auto& [key, value] : Overrides(CommandLine({}, 44))) {
    for (const char* prefix : {"base_syscalls", "rule", "outputs_queue", "json_include_output",
                               "priority", "load_plugins", "buffered_outputs"}) {
      EXPECT_FALSE(absl::StartsWith(key, prefix)) << key;
    }
  }
}

TEST(FalcoPlan, OverridesOnlyWhatTheReleaseKnows) {
  EXPECT_THAT(Overrides(CommandLine({}, 38)), Contains(Pair("grpc.enabled", "false")));
  EXPECT_THAT(Overrides(CommandLine({}, 43)), Contains(Pair("grpc_output.enabled", "false")));
  EXPECT_THAT(Overrides(CommandLine({}, 44)), Not(Contains(Key("grpc.enabled"))));
  EXPECT_THAT(Overrides(CommandLine({}, 39)), Not(Contains(Key("metrics.jemalloc_stats_enabled"))));
  EXPECT_THAT(Overrides(CommandLine({}, 40)), Contains(Key("metrics.jemalloc_stats_enabled")));
  EXPECT_THAT(Overrides(CommandLine({}, 38)),
              Not(Contains(Key("metrics.kernel_event_counters_per_cpu_enabled"))));
}

TEST(FalcoPlan, KnowsTheReleaseThatLearntAKeyInAPatch) {
  const auto keys = [](int minor, int patch) {
    return Overrides(
        FalcoCommandLine({}, {.minor = minor, .patch = patch}, "/c", absl::Seconds(1)));
  };
  EXPECT_THAT(keys(38, 0), Not(Contains(Key("metrics.plugins_metrics_enabled"))));
  for (const auto& [minor, patch] : {std::pair(38, 1), std::pair(38, 2), std::pair(39, 0)}) {
    EXPECT_THAT(keys(minor, patch), Contains(Pair("metrics.plugins_metrics_enabled", "false")))
        << minor << "." << patch;
  }
}

TEST(FalcoPlan, SaysWhatOfTheHostsConfigurationIsWithoutEffect) {
  for (const auto& [key, value] : Overrides(CommandLine({}, 44))) {
    EXPECT_EQ(OverridesKey(key), key != "engine.kind") << key;  // that is the cell's
  }
  EXPECT_TRUE(OverridesKey("http_output.url"));
  EXPECT_FALSE(OverridesKey("metrics.else"));  // the section is on
  EXPECT_FALSE(OverridesKey("json_output_else"));
  EXPECT_FALSE(OverridesKey("priority"));
}

TEST(FalcoPlan, OldReleasesAreToldInTheirOwnWords) {
  FalcoOptions options;
  options.buf_size_preset = 6;
  options.cpus_per_buffer = 1;
  std::vector<std::string> argv = CommandLine(options, 36);
  EXPECT_THAT(argv, AllOf(Contains("--modern-bpf"), Not(Contains("-s")),
                          Contains("metrics.output_file=/run/counters.jsonl"),
                          Contains("syscall_buf_size_preset=6"),
                          Contains("modern_bpf.cpus_for_each_syscall_buffer=1")));
  EXPECT_THAT(Overrides(argv), Not(Contains(Key("engine.kind"))));
  // 0.37 knows both ways, and may pass over the older one.
  EXPECT_THAT(CommandLine(options, 37),
              AllOf(Not(Contains("--modern-bpf")), Contains("engine.kind=modern_ebpf"),
                    Contains("engine.modern_ebpf.buf_size_preset=6")));

  argv = CommandLine(options, 35);
  const auto statistics = std::find(argv.begin(), argv.end(), "-s");
  ASSERT_GE(argv.end() - statistics, 4);
  EXPECT_THAT(std::vector<std::string>(statistics, statistics + 4),
              ElementsAre("-s", "/run/counters.jsonl", "--stats-interval", "500"));
  EXPECT_THAT(Overrides(argv), Not(Contains(Key("metrics.enabled"))));
  EXPECT_THAT(Overrides(argv), Contains(Pair("outputs.rate", "1000000000")));

  options.driver = "ebpf";
  argv = CommandLine(options, 23);
  EXPECT_THAT(argv, Contains("--stats_interval"));
  EXPECT_EQ(argv[0], "/usr/bin/env");
  EXPECT_EQ(argv[1], "FALCO_BPF_PROBE=");
  EXPECT_EQ(argv[2], options.binary);
  EXPECT_TRUE(absl::IsFailedPrecondition(CheckFalcoKnows(FalcoOptions(), Release(33))));
}

TEST(FalcoPlan, TouchesTheRingsOnlyIfAsked) {
  for (const auto& [key, value] : Overrides(CommandLine({}, 44))) {
    EXPECT_FALSE(absl::StartsWith(key, "engine.modern_ebpf")) << key;
  }
  FalcoOptions options;
  options.buf_size_preset = 6;
  options.cpus_per_buffer = 1;
  EXPECT_THAT(Overrides(CommandLine(options, 44)),
              IsSupersetOf({Pair("engine.modern_ebpf.buf_size_preset", "6"),
                            Pair("engine.modern_ebpf.cpus_for_each_buffer", "1")}));
}

TEST(FalcoPlan, ADriverBringsItsOwnRings) {
  FalcoOptions options;
  options.driver = "kmod";
  options.buf_size_preset = 6;
  const auto overrides = Overrides(CommandLine(options, 44));
  EXPECT_THAT(overrides, IsSupersetOf({Pair("engine.kind", "kmod"),
                                       Pair("engine.kmod.buf_size_preset", "6")}));
  EXPECT_THAT(overrides, Not(Contains(Key("engine.modern_ebpf.buf_size_preset"))));
  EXPECT_TRUE(HasRingPerCpu("kmod"));
  EXPECT_TRUE(HasRingPerCpu("ebpf"));
  EXPECT_FALSE(HasRingPerCpu("modern_ebpf"));
}

TEST(FalcoPlan, ADriverThatTheReleaseLacksIsRefusedWithThoseItHas) {
  FalcoOptions options;
  options.driver = "ebpf";
  EXPECT_TRUE(CheckFalcoKnows(options, Release(43)).ok());
  FalcoVersion version = Release(44);
  version.falco = "0.44.1";
  absl::Status refused = CheckFalcoKnows(options, version);
  EXPECT_TRUE(absl::IsFailedPrecondition(refused));
  EXPECT_EQ(refused.message(), "Falco 0.44.1 has no driver ebpf; it knows modern_ebpf, kmod");
  options.driver = "kmod";
  EXPECT_TRUE(CheckFalcoKnows(options, version).ok());
}

TEST(FalcoPlan, RuleFilesReplaceTheConfiguredOnesInTheirOrder) {
  FalcoOptions options;
  options.rules = {"/etc/falco/b.yaml", "/etc/falco/a.yaml"};
  const std::vector<std::string> argv = CommandLine(options, 44);
  ASSERT_GT(argv.size(), 4u);
  EXPECT_THAT(std::vector<std::string>(argv.end() - 4, argv.end()),
              ElementsAre("-r", "/etc/falco/b.yaml", "-r", "/etc/falco/a.yaml"));
  EXPECT_THAT(CommandLine({}, 44), Not(Contains("-r")));
}

TEST(FalcoPlan, BaseSyscallsAreReplacedAsAWhole) {
  FalcoOptions options;
  options.base_syscalls = BaseSyscalls{.custom_set = {"open", "!mkdir"}, .repair = true};
  EXPECT_THAT(Overrides(CommandLine(options, 44)),
              Contains(Pair("base_syscalls",
                            "{custom_set: [\"open\", \"!mkdir\"], repair: true, all: false}")));
  options.base_syscalls = BaseSyscalls{};
  EXPECT_THAT(Overrides(CommandLine(options, 40)),
              Contains(Pair("base_syscalls", "{custom_set: [], repair: false, all: false}")));
}

TEST(FalcoPlan, OlderReleasesTakeAllSyscallsByAFlagAndTheOldestNoSetAtAll) {
  FalcoOptions options;
  options.base_syscalls = BaseSyscalls{.all = true};
  EXPECT_THAT(CommandLine(options, 40), Not(Contains("-A")));
  EXPECT_THAT(CommandLine(options, 39), Contains("-A"));
  EXPECT_THAT(Overrides(CommandLine(options, 39)),
              Contains(Pair("base_syscalls", "{custom_set: [], repair: false}")));
  EXPECT_TRUE(CheckFalcoKnows(options, Release(39)).ok());
  EXPECT_THAT(std::string(CheckFalcoKnows(options, Release(38)).message()),
              HasSubstr("0.39 is the first that can"));
}

TEST(FalcoPlan, TheOldestHaveRingsOfOneSize) {
  FalcoOptions options;
  options.driver = "kmod";
  options.buf_size_preset = 6;
  EXPECT_TRUE(CheckFalcoKnows(options, Release(33)).ok());
  EXPECT_THAT(std::string(CheckFalcoKnows(options, Release(32)).message()),
              HasSubstr("0.33 is the first"));
}

TEST(FalcoPlan, HintsAtTheTimerOnlyWhereTheProbeDidNotLoad) {
  EXPECT_THAT(FalcoStartHint("Error: Initialization issues during scap_init\n"),
              HasSubstr("interval"));
  EXPECT_EQ(FalcoStartHint("Error: You must specify at least one rules file\n"), "");
}

TEST(ReferencePlan, NamesFileIntervalAndRings) {
  ReferenceOptions options;
  options.binary = "/bin/bench-sensor";
  EXPECT_THAT(
      ReferenceCommandLine(options, "/run/c", absl::Milliseconds(100)),
      ElementsAre("/bin/bench-sensor", "--metrics-file", "/run/c", "--metrics-interval-ms", "100"));
  options.buf_size_preset = 5;
  options.cpus_per_buffer = 1;
  EXPECT_THAT(ReferenceCommandLine(options, "/run/c", absl::Milliseconds(100)),
              ElementsAre("/bin/bench-sensor", "--metrics-file", "/run/c", "--metrics-interval-ms",
                          "100", "--buf-size-preset", "5", "--cpus-per-buffer", "1"));
}

}  // namespace
}  // namespace bench
