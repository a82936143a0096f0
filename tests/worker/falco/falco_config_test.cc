#include "worker/falco/falco_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <optional>

#include "absl/strings/match.h"
#include "tests/fakes/temp_dir.h"
#include "worker/falco/config_places.h"
#include "worker/falco/config_variables.h"
#include "worker/falco/metrics_interval.h"

namespace bench {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class FalcoConfigTest : public testing::Test {
 protected:
  FalcoConfig Config(const FalcoArguments& arguments = {}) {
    absl::StatusOr<FalcoConfig> config = Try(arguments);
    EXPECT_TRUE(config.ok()) << config.status();
    return config.value_or(FalcoConfig());
  }
  absl::StatusOr<FalcoConfig> Try(const FalcoArguments& arguments = {}) {
    return EffectiveConfig(
        arguments, version_,
        [this](const std::string& path) -> absl::StatusOr<std::vector<ConfigText>> {
          std::vector<ConfigText> found;
          for (const auto& [name, text] : files_) {
            if (name == path || absl::StartsWith(name, path + "/")) found.push_back({name, text});
          }
          return found;
        });
  }

  static constexpr char kMain[] = "/etc/falco/falco.yaml";
  FalcoVersion version_ = {.minor = 44, .patch = 1};
  std::map<std::string, std::string> files_ = {{kMain, "{}"}};
};

TEST_F(FalcoConfigTest, AnEmptyFileMeansFalcosDefaults) {
  const FalcoConfig config = Config();
  EXPECT_FALSE(config.json_output);
  EXPECT_FALSE(config.metrics.enabled);
  EXPECT_EQ(config.metrics.interval, absl::Seconds(5));
  EXPECT_FALSE(config.stdout_output);
  EXPECT_FALSE(config.webserver.enabled);
  EXPECT_EQ(config.webserver.port, 8765);
  EXPECT_EQ(config.engine, "kmod");
  EXPECT_TRUE(config.watch_config_files);
}

TEST_F(FalcoConfigTest, JsonAlertsTellWhoseTheyAreByTheirOutputOrTheirFields) {
  EXPECT_TRUE(Config().json_tells_whose);
  files_[kMain] = "json_include_output_property: false\n";
  EXPECT_TRUE(Config().json_tells_whose);
  files_[kMain] += "json_include_output_fields_property: false\n";
  EXPECT_FALSE(Config().json_tells_whose);
  files_[kMain] += "json_include_message_property: true\n";
  EXPECT_TRUE(Config().json_tells_whose);
}

TEST_F(FalcoConfigTest, EachSettingReachesItsField) {
  files_[kMain] =
      "json_output: true\npriority: notice\nrule_matching: all\nwatch_config_files: false\n"
      "buffered_outputs: yes\nstdout_output: {enabled: false}\n"
      "file_output: {enabled: true, keep_alive: true, filename: /var/log/falco.json}\n"
      "http_output: {enabled: true, url: 'http://127.0.0.1:2801/'}\n"
      "grpc: {enabled: true, bind_address: '0.0.0.0:5060', root_certs: /ca}\n"
      "grpc_output: {enabled: true}\noutputs: {rate: 1, max_burst: 1000}\n"
      "outputs_queue: {capacity: 100}\n"
      "metrics: {enabled: true, interval: 15m, output_file: /m, rules_counters_enabled: true,\n"
      "  kernel_event_counters_enabled: true}\n"
      "webserver: {enabled: true, listen_port: 8766, listen_address: '::1', ssl_enabled: true,\n"
      "  prometheus_metrics_enabled: true}\n"
      "engine: {kind: modern_ebpf, modern_ebpf: {buf_size_preset: 6, cpus_for_each_buffer: 1}}\n";
  const FalcoConfig config = Config();
  EXPECT_TRUE(config.json_output);
  EXPECT_EQ(config.priority, "notice");
  EXPECT_EQ(config.rule_matching, "all");
  EXPECT_FALSE(config.watch_config_files);
  EXPECT_TRUE(config.buffered_outputs);
  EXPECT_FALSE(config.stdout_output);
  EXPECT_TRUE(config.file_output.enabled);
  EXPECT_TRUE(config.file_output.keep_alive);
  EXPECT_EQ(config.file_output.filename, "/var/log/falco.json");
  EXPECT_EQ(config.http_output.url, "http://127.0.0.1:2801/");
  EXPECT_TRUE(config.grpc.enabled);
  EXPECT_TRUE(config.grpc.output_enabled);
  EXPECT_EQ(config.grpc.bind_address, "0.0.0.0:5060");
  EXPECT_EQ(config.grpc.root_certs, "/ca");
  EXPECT_EQ(config.outputs_per_sec, 1);
  EXPECT_EQ(config.outputs_capacity, 100);
  EXPECT_TRUE(config.metrics.enabled);
  EXPECT_EQ(config.metrics.interval, absl::Minutes(15));
  EXPECT_EQ(config.metrics.output_file, "/m");
  EXPECT_TRUE(config.metrics.rules_counters);
  EXPECT_TRUE(config.metrics.kernel_event_counters);
  EXPECT_EQ(config.webserver.port, 8766);
  EXPECT_EQ(config.webserver.address, "::1");
  EXPECT_TRUE(config.webserver.tls);
  EXPECT_TRUE(config.webserver.prometheus);
  EXPECT_EQ(config.engine, "modern_ebpf");
}

TEST_F(FalcoConfigTest, WhetherOutputsAreBufferedIsTheReleasesToSay) {
  const FalcoArguments with_option = {.unbuffered = true};
  for (const int minor : {31, 32, 43, 44}) {
    version_ = {.minor = minor};
    const bool hears_key = minor == 31 || minor == 44;
    files_[kMain] = "{}";
    EXPECT_EQ(Config().buffered_outputs, !hears_key) << minor;
    files_[kMain] = "buffered_outputs: false";
    EXPECT_EQ(Config().buffered_outputs, !hears_key) << minor;
    files_[kMain] = "buffered_outputs: true";
    EXPECT_TRUE(Config().buffered_outputs) << minor;
    EXPECT_FALSE(Config(with_option).buffered_outputs) << minor;
  }
}

TEST_F(FalcoConfigTest, AlertsWereThrottledByDefaultBefore33) {
  version_ = {.minor = 32};
  EXPECT_EQ(Config().outputs_per_sec, 1);
  files_[kMain] = "outputs: {rate: 50}";
  EXPECT_EQ(Config().outputs_per_sec, 50);
  files_[kMain] = "{}";
  version_ = {.minor = 33};
  EXPECT_EQ(Config().outputs_per_sec, 0);
}

TEST_F(FalcoConfigTest, AnIncludedFileReplacesWholeTopLevelKeys) {
  files_[kMain] =
      "config_files: [/etc/falco/config.d, {path: /add, strategy: add-only}]\n"
      "metrics: {enabled: true, interval: 1s}\njson_output: false\n";
  files_["/etc/falco/config.d/a.yaml"] = "metrics: {output_file: /m}\n";
  files_["/etc/falco/config.d/b.yaml"] = "json_output: true\n";
  files_["/add"] = "json_output: false\npriority: error\n";
  const FalcoConfig config = Config();
  EXPECT_EQ(config.metrics.output_file, "/m");
  EXPECT_FALSE(config.metrics.enabled);  // it went with the main file's key
  EXPECT_TRUE(config.json_output);       // add-only changes nothing that is there
  EXPECT_EQ(config.priority, "error");
}

TEST_F(FalcoConfigTest, TheCommandLineWinsButOverIncludedFilesOf38To40) {
  files_[kMain] = "config_files: [/d]\njson_output: false\npriority: debug\n";
  files_["/d/a.yaml"] = "json_output: false\n";
  const FalcoArguments arguments = {.overrides = {"json_output=true", "priority=error"}};
  EXPECT_TRUE(Config(arguments).json_output);
  version_.minor = 40;
  EXPECT_FALSE(Config(arguments).json_output);
  EXPECT_EQ(Config(arguments).priority, "error");
  version_.minor = 37;
  EXPECT_TRUE(Config(arguments).json_output);
}

TEST_F(FalcoConfigTest, AReleaseBeforeIncludesPassesThemOver) {
  files_[kMain] = "config_files: [/d]\njson_output: true\n";
  files_["/d/a.yaml"] = "json_output: false\n";
  EXPECT_FALSE(Config().json_output);
  version_.minor = 37;
  EXPECT_TRUE(Config().json_output);
}

TEST_F(FalcoConfigTest, TheCommandLineMayNameFilesToInclude) {
  files_["/d/a.yaml"] = "json_output: true\n";
  files_["/d/b.yaml"] = "priority: error\n";
  EXPECT_TRUE(Config({.overrides = {"config_files=/d/a.yaml"}}).json_output);
  const FalcoConfig both =
      Config({.overrides = {"config_files[]=/d/a.yaml", "config_files[]=/d/b.yaml"}});
  EXPECT_TRUE(both.json_output);
  EXPECT_EQ(both.priority, "error");
}

TEST_F(FalcoConfigTest, AKeyThatOnlyBeginsAlikeIsAnother) {
  files_[kMain] =
      "config_files: [{path: /d, strategy: add-only}]\nmetrics-x: 1\nmetrics: {interval: 1s}\n";
  files_["/d/a.yaml"] = "metrics: {interval: 2s}\nmetrics-x: 2\n";
  EXPECT_EQ(Config().metrics.interval, absl::Seconds(1));
  files_[kMain] = "config_files: [/d]\nmetrics-x: 1\nmetrics: {enabled: true, interval: 1s}\n";
  EXPECT_EQ(Config().metrics.interval, absl::Seconds(2));
  EXPECT_FALSE(Config().metrics.enabled);
}

TEST_F(FalcoConfigTest, TheEngineIsTheOneOfItsTime) {
  files_[kMain] = "engine: {kind: ebpf}\n";
  EXPECT_EQ(Config().engine, "ebpf");
  version_.minor = 36;
  EXPECT_EQ(Config().engine, "kmod");
  EXPECT_EQ(Config({.environment = {{"FALCO_BPF_PROBE", "/x"}}}).engine, "ebpf");
  EXPECT_EQ(Config({.modern_bpf = true, .environment = {{"FALCO_BPF_PROBE", "/x"}}}).engine,
            "modern_ebpf");
}

TEST_F(FalcoConfigTest, AValueMayNameTheEnvironment) {
  files_[kMain] =
      "metrics: {enabled: true, output_file: '${DIR}/m'}\nwebserver: {listen_port: '${PORT}'}\n";
  const FalcoArguments arguments = {.environment = {{"DIR", "/run/x"}, {"PORT", "99"}}};
  EXPECT_EQ(Config(arguments).metrics.output_file, "/run/x/m");
  EXPECT_EQ(Config(arguments).webserver.port, 99);
  version_.minor = 35;
  EXPECT_EQ(Config(arguments).metrics.output_file, "${DIR}/m");
}

TEST(ExpandVariables, IsFalcosOwnWay) {
  const std::map<std::string, std::string> environment = {
      {"A", "1"}, {"B", "${A}"}, {"LOOP", "${LOOP}"}};
  EXPECT_EQ(ExpandVariables("x", environment), "x");
  EXPECT_EQ(ExpandVariables("x${A}y${NONE}z", environment), "x1yz");
  EXPECT_EQ(ExpandVariables("${B}", environment), "1");
  EXPECT_EQ(ExpandVariables("$${A}-${A}", environment), "${A}-1");
  EXPECT_EQ(ExpandVariables("$5 ${A}", environment), "$5 ${A}");
  EXPECT_EQ(ExpandVariables("${A", environment), "${A");
  EXPECT_EQ(ExpandVariables("${}", environment), "");
  EXPECT_EQ(ExpandVariables("${LOOP}", environment), "${LOOP}");
}

TEST_F(FalcoConfigTest, AMapOnTheCommandLineReplacesTheKey) {
  files_[kMain] = "metrics: {enabled: true, interval: 1s}\n";
  const FalcoConfig config = Config({.overrides = {"metrics={output_file: /m}"}});
  EXPECT_EQ(config.metrics.output_file, "/m");
  EXPECT_FALSE(config.metrics.enabled);
}

TEST_F(FalcoConfigTest, CountersAreOnUnlessTurnedOff) {
  files_[kMain] = "metrics: {enabled: true}\n";
  EXPECT_TRUE(Config().metrics.kernel_event_counters);
  files_[kMain] = "metrics: {enabled: true, kernel_event_counters_enabled: false}\n";
  EXPECT_FALSE(Config().metrics.kernel_event_counters);
}

TEST_F(FalcoConfigTest, WhatIsNoYamlIsNamedWithItsLine) {
  files_[kMain] = "config_files: [/d]\n";
  files_["/d/bad.yaml"] = "a: 1\nb: [1, 2\nc: {";
  const absl::Status status = Try().status();
  EXPECT_TRUE(absl::IsInvalidArgument(status));
  EXPECT_THAT(std::string(status.message()), AllOf(HasSubstr("/d/bad.yaml"), HasSubstr("line")));
  files_.clear();
  EXPECT_TRUE(absl::IsNotFound(Try().status()));
}

TEST_F(FalcoConfigTest, HostileFilesAreAnErrorOrDefaultsNeverAnException) {
  for (const char* text :
       {"", "[]", "- a\n- b", "7", "metrics: 3", "metrics: [a]", "config_files: 3",
        "config_files: [[a]]", "config_files: {a: b}", "metrics: {interval: {a: b}}",
        "? {a: b}\n: c", "webserver: {listen_port: 99999999999999}", "&a [*a]", "a: &a {b: *a}",
        "outputs: {rate: x}", "json_output: maybe", "\xff\xfe", "a: !!binary x",
        "config_files: [null, ~, {path: }]"}) {
    files_[kMain] = text;
    Try().status().IgnoreError();
  }
}

TEST(ParseFalcoArguments, ReadsBothForms) {
  const FalcoArguments arguments = ParseFalcoArguments(
      {"falco", "-c", "/a.yaml", "-o", "json_output=true", "--option=metrics.enabled=true", "-U",
       "--modern-bpf", "-s", "/tmp/stats", "--stats-interval", "1000", "-r", "/rules.yaml"});
  EXPECT_EQ(arguments.config, "/a.yaml");
  EXPECT_THAT(arguments.overrides, ElementsAre("json_output=true", "metrics.enabled=true"));
  EXPECT_EQ(arguments.stats_file, "/tmp/stats");
  EXPECT_EQ(arguments.stats_interval, absl::Seconds(1));
  EXPECT_TRUE(arguments.modern_bpf);
  EXPECT_TRUE(arguments.unbuffered);
  EXPECT_TRUE(ParseFalcoArguments({"falco", "--unbuffered"}).unbuffered);
  EXPECT_FALSE(ParseFalcoArguments({"falco", "-r", "-U"}).unbuffered);  // a file's name
  EXPECT_THAT(arguments.rules, ElementsAre("/rules.yaml"));
  EXPECT_EQ(ParseFalcoArguments({"falco", "--config=/b.yaml", "-s/x"}).config, "/b.yaml");
  EXPECT_EQ(ParseFalcoArguments({"falco", "-s/x"}).stats_file, "/x");
  EXPECT_EQ(ParseFalcoArguments({}).config, "/etc/falco/falco.yaml");
  EXPECT_EQ(ParseFalcoArguments({"falco", "-c"}).config, "/etc/falco/falco.yaml");
}

TEST(ReadFilesBelow, LooksBelowARoot) {
  TempDir root;
  root.Write("etc/falco/falco.yaml", "config_files: [/etc/falco/config.d]\n");
  root.Write("etc/falco/config.d/x.yaml", "json_output: true\n");
  const FalcoVersion version = {.minor = 44};
  EXPECT_TRUE(EffectiveConfig({}, version, ReadFilesBelow(root.path()))->json_output);
  root.Write("etc/falco/config.d/x.yaml", "json_output: [\n");
  EXPECT_THAT(
      std::string(EffectiveConfig({}, version, ReadFilesBelow(root.path())).status().message()),
      HasSubstr("/etc/falco/config.d/x.yaml"));
}

TEST(ReadFilesBelow, RelativePathsAreFromWhereFalcoWasStarted) {
  TempDir root;
  root.Write("opt/falco.yaml", "config_files: [more.yaml, /etc/abs.yaml]\n");
  root.Write("opt/more.yaml", "json_output: true\n");
  root.Write("etc/abs.yaml", "priority: error\n");
  const auto config =
      EffectiveConfig({.config = "falco.yaml"}, {.minor = 44}, ReadFilesBelow(root.path(), "/opt"));
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_TRUE(config->json_output);
  EXPECT_EQ(config->priority, "error");
}

// As a volume of a ConfigMap is laid out.
TEST(ReadFilesBelow, FollowsLinksWithinTheRoot) {
  TempDir root;
  root.Write("data/1/x.yaml", "json_output: true\n");
  root.Write("etc/falco/falco.yaml", "config_files: [/etc/falco/config.d]\n");
  std::filesystem::create_directories(root / "etc/falco/config.d");
  std::filesystem::create_directory_symlink("/data/1", root / "data/now");
  std::filesystem::create_symlink("/data/now/x.yaml", root / "etc/falco/config.d/x.yaml");
  const auto config = EffectiveConfig({}, {.minor = 44}, ReadFilesBelow(root.path()));
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_TRUE(config->json_output);
  EXPECT_THAT(RegularFilesAt("/etc/falco/config.d", root.path()),
              ElementsAre("/etc/falco/config.d/x.yaml"));
  EXPECT_THAT(RegularFilesAt("", root.path()), IsEmpty());
}

TEST(PlaceFiles, FollowsLinksWithinTheRootAlsoToWhatIsNotThereYet) {
  TempDir root;
  std::filesystem::create_directories(root / "run/falco");
  std::filesystem::create_directories(root / "var");
  std::filesystem::create_directory_symlink("/run", root / "var/run");
  FalcoConfig config;
  config.grpc.bind_address = "unix:///var/run/falco/falco.sock";
  config.metrics.output_file = "/var/run/m";
  config.file_output.filename = "/gone/a";
  PlaceFiles(root.path(), &config);
  EXPECT_EQ(config.grpc.bind_address, "unix:" + root.path() + "/run/falco/falco.sock");
  EXPECT_EQ(config.metrics.output_file, root.path() + "/run/m");
  EXPECT_EQ(config.file_output.filename, root.path() + "/gone/a");
  EXPECT_EQ(config.stats_file, "");
  config.grpc.bind_address = "0.0.0.0:5060";
  PlaceFiles(root.path(), &config);
  EXPECT_EQ(config.grpc.bind_address, "0.0.0.0:5060");
}

TEST(MetricsInterval, IsAsPrometheusWritesItOrInMilliseconds) {
  EXPECT_EQ(ParseMetricsInterval("500"), absl::Milliseconds(500));
  EXPECT_EQ(ParseMetricsInterval("500ms"), absl::Milliseconds(500));
  EXPECT_EQ(ParseMetricsInterval("1h30m"), absl::Minutes(90));
  EXPECT_EQ(ParseMetricsInterval("1w2d"), 9 * 24 * absl::Hours(1));
  for (const char* text :
       {"", "s", "5x", "30m1h", "1m1m", "99999999999999s", "-1s", "1.5s", "0s"}) {
    EXPECT_EQ(ParseMetricsInterval(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace bench
