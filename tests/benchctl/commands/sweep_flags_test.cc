#include "benchctl/commands/sweep_flags.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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
      {"--sensor", "attach", "auto, falco, reference, simulated", &SweepFlags::sensor},
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
