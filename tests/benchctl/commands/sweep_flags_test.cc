#include "benchctl/commands/sweep_flags.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace bench {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST(SweepFlags, DefaultsAreTheDocumentedOnes) {
  auto request = BuildSweepRequest(SweepFlags());
  ASSERT_TRUE(request.ok()) << request.status();
  const v1::SweepSpec& spec = request->spec();
  EXPECT_THAT(spec.cpu_millis(), ElementsAre(500, 1000, 2000));
  EXPECT_THAT(spec.memory_bytes(), ElementsAre(512LL << 20));
  EXPECT_EQ(spec.nodes_size(), 0);
  EXPECT_EQ(spec.sensor(), "auto");
  EXPECT_EQ(spec.profile(), "recipe");
  EXPECT_EQ(spec.actions_regex(), "");
  EXPECT_EQ(spec.repeats(), 1);
  EXPECT_DOUBLE_EQ(spec.precision(), 0.05);
  EXPECT_DOUBLE_EQ(spec.max_loss(), 0);
  EXPECT_EQ(spec.method(), "search");
  EXPECT_DOUBLE_EQ(spec.round_duration_sec(), 10);
  EXPECT_DOUBLE_EQ(spec.run_timeout_sec(), 600);
  EXPECT_EQ(spec.retries(), 2);
  EXPECT_EQ(spec.generators(), 0);
  EXPECT_DOUBLE_EQ(spec.sim_time_scale(), 0);
}

TEST(SweepFlags, EachFlagReachesItsField) {
  SweepFlags flags;
  flags.cpu = "100m,none";
  flags.memory = "none,1Gi";
  flags.nodes = "a,b";
  flags.sensor = "simulated";
  flags.load.actions = "Read";
  flags.load.profile = "alerts";
  flags.repeat = "3";
  flags.precision = "0.1";
  flags.max_loss = "0.1%";
  flags.method = "doubling";
  flags.round_duration = "5s";
  flags.run_timeout = "1h";
  flags.retries = "0";
  flags.load.generators = "4";
  flags.name = "nightly";
  flags.tags = {"kernel=6.18", "note=a=b", "empty="};
  flags.sim_time_scale = "50";
  flags.sim_capacity = "80k";
  auto request = BuildSweepRequest(flags);
  ASSERT_TRUE(request.ok()) << request.status();
  const v1::SweepSpec& spec = request->spec();
  EXPECT_THAT(spec.cpu_millis(), ElementsAre(100, 0));
  EXPECT_THAT(spec.memory_bytes(), ElementsAre(0, 1LL << 30));
  EXPECT_THAT(spec.nodes(), ElementsAre("a", "b"));
  EXPECT_EQ(spec.sensor(), "simulated");
  EXPECT_EQ(spec.actions_regex(), "Read");
  EXPECT_EQ(spec.profile(), "alerts");
  EXPECT_EQ(spec.repeats(), 3);
  EXPECT_DOUBLE_EQ(spec.precision(), 0.1);
  EXPECT_DOUBLE_EQ(spec.max_loss(), 0.001);
  EXPECT_EQ(spec.method(), "doubling");
  EXPECT_DOUBLE_EQ(spec.round_duration_sec(), 5);
  EXPECT_DOUBLE_EQ(spec.run_timeout_sec(), 3600);
  EXPECT_EQ(spec.retries(), 0);
  EXPECT_EQ(spec.generators(), 4);
  EXPECT_EQ(request->name(), "nightly");
  EXPECT_EQ(request->tags().at("kernel"), "6.18");
  EXPECT_EQ(request->tags().at("note"), "a=b");
  EXPECT_EQ(request->tags().at("empty"), "");
  EXPECT_DOUBLE_EQ(spec.sim_time_scale(), 50);
  EXPECT_DOUBLE_EQ(spec.sim_capacity_per_core(), 80000);
}

TEST(SweepFlags, TheFurtherAxesReachTheirFields) {
  SweepFlags flags;
  flags.sensor = "falco";
  flags.axes.driver = "modern_ebpf,kmod";
  flags.axes.buffer_preset = "configured,6";
  flags.axes.rules = "configured,/etc/falco/../falco/a.yaml,/a.yaml+b.yml";
  flags.axes.base_syscalls = "configured,default,open+!close+repair";
  auto request = BuildSweepRequest(flags);
  ASSERT_TRUE(request.ok()) << request.status();
  const v1::SweepSpec& spec = request->spec();
  EXPECT_THAT(spec.driver(), ElementsAre("modern_ebpf", "kmod"));
  EXPECT_THAT(spec.buffer_preset(), ElementsAre(0, 6));
  EXPECT_EQ(spec.cpus_per_buffer_size(), 0);
  ASSERT_EQ(spec.rules_size(), 3);
  EXPECT_EQ(spec.rules(0).files_size(), 0);
  EXPECT_THAT(spec.rules(1).files(), ElementsAre("/etc/falco/a.yaml"));
  EXPECT_THAT(spec.rules(2).files(),
              ElementsAre("/a.yaml", (std::filesystem::current_path() / "b.yml").string()));
  EXPECT_THAT(spec.base_syscalls(), ElementsAre("", "default", "open+!close+repair"));

  flags = SweepFlags();
  flags.sensor = "reference";
  flags.axes.cpus_per_buffer = "1,all,configured";
  request = BuildSweepRequest(flags);
  ASSERT_TRUE(request.ok()) << request.status();
  EXPECT_THAT(request->spec().cpus_per_buffer(), ElementsAre(1, -1, 0));
}

TEST(SweepFlags, ABadValueOfAFurtherAxisNamesTheFlagAndWhatWouldDo) {
  struct BadAxis {
    std::string AxisFlags::*field;
    const char* value;
    const char* sensor;
    const char* flag;
    const char* would_do;
  };
  const BadAxis cases[] = {
      {&AxisFlags::driver, "bpf", "falco", "--driver", "modern_ebpf, kmod, ebpf"},
      {&AxisFlags::driver, "kmod,", "falco", "--driver", "try modern_ebpf,kmod"},
      {&AxisFlags::driver, "kmod", "auto", "--driver", "only for --sensor falco"},
      {&AxisFlags::buffer_preset, "big", "falco", "--buffer-preset", "try 4,6"},
      {&AxisFlags::buffer_preset, "0", "falco", "--buffer-preset", "try 4,6"},
      {&AxisFlags::buffer_preset, "11", "falco", "--buffer-preset", "1 (1 MB) to 10"},
      {&AxisFlags::buffer_preset, "4,4", "reference", "--buffer-preset", "given twice"},
      {&AxisFlags::buffer_preset, "4", "simulated", "--buffer-preset", "only for --sensor"},
      {&AxisFlags::cpus_per_buffer, "none", "falco", "--cpus-per-buffer", "all or configured"},
      {&AxisFlags::rules, "/a.txt", "falco", "--rules", ".yaml"},
      {&AxisFlags::rules, "/a.yaml+", "falco", "--rules", "lacks a file's name"},
      {&AxisFlags::rules, "/a.yaml", "reference", "--rules", "only for --sensor falco"},
      {&AxisFlags::base_syscalls, "repair,", "falco", "--base-syscalls", "try default,repair"},
      {&AxisFlags::base_syscalls, "Open", "falco", "--base-syscalls", "joined by '+'"},
  };
  for (const BadAxis& bad : cases) {
    SweepFlags flags;
    flags.sensor = bad.sensor;
    flags.axes.*bad.field = bad.value;
    auto request = BuildSweepRequest(flags);
    ASSERT_FALSE(request.ok()) << bad.flag << " " << bad.value;
    EXPECT_TRUE(absl::IsInvalidArgument(request.status())) << request.status();
    EXPECT_THAT(std::string(request.status().message()),
                AllOf(StartsWith(std::string(bad.flag) + ": "), HasSubstr(bad.would_do)));
  }
}

TEST(SweepFlags, RuleFilesOfAnotherHostHaveAbsolutePaths) {
  SweepFlags flags;
  flags.axes.rules = "configured,/etc/falco/a.yaml+own.yaml";
  EXPECT_TRUE(CheckPlace(flags, /*remote=*/false).ok());
  EXPECT_THAT(std::string(CheckPlace(flags, /*remote=*/true).message()),
              HasSubstr("\"own.yaml\" names no file on another host"));
  flags.axes.rules = "configured,/etc/falco/a.yaml+/etc/falco/own.yaml";
  EXPECT_TRUE(CheckPlace(flags, /*remote=*/true).ok());
}

struct BadFlag {
  const char* flag;
  const char* value;
  const char* would_do;  // part of the message that helps
  std::string SweepFlags::*field;
};

TEST(SweepFlags, ABadValueNamesTheFlagTheValueAndOneThatWouldDo) {
  const std::vector<BadFlag> cases = {
      {"--cpu", "abc", "try 500m", &SweepFlags::cpu},
      {"--cpu", "500m,,1", "try 500m", &SweepFlags::cpu},
      {"--cpu", "500m,0.5", "given twice", &SweepFlags::cpu},
      {"--memory", "512mb", "512Mi", &SweepFlags::memory},
      {"--memory", "1Gi,1024Mi", "given twice", &SweepFlags::memory},
      {"--nodes", "a,,b", "node1,node2", &SweepFlags::nodes},
      {"--sensor", "attached", "auto, falco, reference, simulated", &SweepFlags::sensor},
      {"--repeat", "0", "from 1 to 100; try 3", &SweepFlags::repeat},
      {"--repeat", "three", "try 3", &SweepFlags::repeat},
      {"--precision", "5 percent", "5% or 0.05", &SweepFlags::precision},
      {"--precision", "0", "try 5%", &SweepFlags::precision},
      {"--max-loss", "60%", "try 0", &SweepFlags::max_loss},
      {"--method", "guess", "search, doubling", &SweepFlags::method},
      {"--round-duration", "10", "try 10s", &SweepFlags::round_duration},
      {"--round-duration", "100ms", "within 1s", &SweepFlags::round_duration},
      {"--run-timeout", "15s", "--round-duration", &SweepFlags::run_timeout},
      {"--retries", "-1", "try 2", &SweepFlags::retries},
      {"--sim-capacity", "80k", "only for --sensor simulated", &SweepFlags::sim_capacity},
  };
  for (const BadFlag& bad : cases) {
    SweepFlags flags;
    flags.*bad.field = bad.value;
    auto request = BuildSweepRequest(flags);
    ASSERT_FALSE(request.ok()) << bad.flag << " " << bad.value;
    EXPECT_TRUE(absl::IsInvalidArgument(request.status())) << request.status();
    EXPECT_THAT(std::string(request.status().message()),
                AllOf(StartsWith(std::string(bad.flag) + ": "), HasSubstr(bad.would_do)));
  }
}

TEST(SweepFlags, ASimulatedSensorGetsItsDefaults) {
  SweepFlags flags;
  flags.sensor = "simulated";
  EXPECT_DOUBLE_EQ(BuildSweepRequest(flags)->spec().sim_time_scale(), kDefaultSimTimeScale);
  EXPECT_DOUBLE_EQ(BuildSweepRequest(flags)->spec().sim_capacity_per_core(),
                   kDefaultSimCapacityPerCore);
  flags.sim_time_scale = "nan";
  EXPECT_FALSE(BuildSweepRequest(flags).ok());
}

TEST(SweepFlags, ATagNeedsAKey) {
  for (const char* tag : {"alone", "=value", ""}) {
    SweepFlags flags;
    flags.tags = {tag};
    EXPECT_THAT(std::string(BuildSweepRequest(flags).status().message()), StartsWith("--tag: \""))
        << tag;
  }
}

TEST(SweepFlags, SomeBelongToOnePlaceOnly) {
  SweepFlags flags;
  EXPECT_TRUE(CheckPlace(flags, false).ok());
  EXPECT_TRUE(CheckPlace(flags, true).ok());
  flags.detach = true;
  EXPECT_THAT(std::string(CheckPlace(flags, false).message()), StartsWith("--detach: only with"));
  EXPECT_TRUE(CheckPlace(flags, true).ok());
  flags = SweepFlags();
  flags.nodes = "a";
  EXPECT_THAT(std::string(CheckPlace(flags, false).message()), StartsWith("--nodes: only with"));
  flags = SweepFlags();
  flags.worker.falco_bin = "/usr/bin/falco";
  EXPECT_TRUE(CheckPlace(flags, false).ok());
  EXPECT_THAT(std::string(CheckPlace(flags, true).message()),
              StartsWith("--falco-bin: not with --controller"));
}

}  // namespace
}  // namespace bench
