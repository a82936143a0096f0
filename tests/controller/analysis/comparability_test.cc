#include "controller/analysis/comparability.h"

#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bench {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

Circumstances Measured() {
  return {.sensor_kind = "falco",
          .sensor_version = "0.44.1",
          .driver = "modern_ebpf",
          .driver_version = "10.2.0+driver",
          .libs_version = "0.25.4",
          .config_sha256 = "c0ffee00c0ffee00c0ffee00",
          .effective_config_sha256 = "11ffee11ffee11ffee11",
          .arguments = "-U",
          .rules_sha256 = "0123456789abcdef0123",
          .base_syscalls = "configured",
          .ring_bytes = 8 << 20,
          .cpus_per_ring = 2,
          .load = "recipe",
          .kernel = "6.18.1",
          .cpu_model = "EPYC",
          .cpus = 2,
          .smt_active = false,
          .governor = "performance",
          .virtualization = "kvm",
          .cgroup_version = "v2",
          .steal_ratio = 0.001,
          .tool_version = "0.1.0"};
}

std::vector<Difference> With(const std::function<void(Circumstances&)>& change) {
  Circumstances other = Measured();
  change(other);
  return Differences({Measured(), other});
}

TEST(Comparability, RunsUnderTheSameCircumstancesDifferInNothing) {
  EXPECT_THAT(Differences({Measured(), Measured(), Measured()}), IsEmpty());
  EXPECT_THAT(Differences({Measured()}), IsEmpty());
  EXPECT_THAT(Differences({}), IsEmpty());
  EXPECT_THAT(ComparabilityNotes({}), IsEmpty());
}

TEST(Comparability, EachFactThatMattersIsSaidWithItsValues) {
  struct Case {
    Fact fact;
    const char* sentence;
    std::function<void(Circumstances&)> change;
  };
  const Case cases[] = {
      {Fact::kSensorVersion, "sensor: falco 0.44.1, falco 0.43.0",
       [](auto& run) { run.sensor_version = "0.43.0"; }},
      {Fact::kDriver, "driver: modern_ebpf 10.2.0+driver, kmod 10.2.0+driver",
       [](auto& run) { run.driver = "kmod"; }},
      {Fact::kDriver, "driver: modern_ebpf 10.2.0+driver, modern_ebpf 9.0.0",
       [](auto& run) { run.driver_version = "9.0.0"; }},
      {Fact::kLibs, "libs: 0.25.4, 0.25.5", [](auto& run) { run.libs_version = "0.25.5"; }},
      {Fact::kConfig, "configuration: 11ffee11ffee, beef",
       [](auto& run) { run.effective_config_sha256 = "beef"; }},
      {Fact::kArguments, "arguments: -U, none", [](auto& run) { run.arguments = ""; }},
      {Fact::kRules, "rules: 0123456789ab, beef", [](auto& run) { run.rules_sha256 = "beef"; }},
      {Fact::kBaseSyscalls, "base_syscalls: configured, repair",
       [](auto& run) { run.base_syscalls = "repair"; }},
      {Fact::kRing, "ring buffer: 8Mi per 2 CPUs, 16Mi per 2 CPUs",
       [](auto& run) { run.ring_bytes = 16 << 20; }},
      {Fact::kRing, "ring buffer: 8Mi per 2 CPUs, 8Mi per 1 CPU",
       [](auto& run) { run.cpus_per_ring = 1; }},
      {Fact::kLoad, "load: recipe, filler", [](auto& run) { run.load = "filler"; }},
      {Fact::kPinning, "sensor and load on CPUs of their own: yes, no",
       [](auto& run) { run.pinned = false; }},
      {Fact::kKernel, "kernel: 6.18.1, 6.1.0", [](auto& run) { run.kernel = "6.1.0"; }},
      {Fact::kCpuModel, "CPU: EPYC, Xeon", [](auto& run) { run.cpu_model = "Xeon"; }},
      {Fact::kCpus, "CPUs: 2, 4", [](auto& run) { run.cpus = 4; }},
      {Fact::kSmt, "SMT: off, on", [](auto& run) { run.smt_active = true; }},
      {Fact::kGovernor, "governor: performance, powersave",
       [](auto& run) { run.governor = "powersave"; }},
      {Fact::kVirtualization, "virtualization: kvm, none",
       [](auto& run) { run.virtualization = "none"; }},
      {Fact::kCgroupVersion, "cgroups: v2, v1", [](auto& run) { run.cgroup_version = "v1"; }},
      {Fact::kSteal, "CPU time stolen: less than 1%, 1% or more",
       [](auto& run) { run.steal_ratio = 0.01; }},
      {Fact::kToolVersion, "measured with falco-bench: 0.1, 0.2",
       [](auto& run) { run.tool_version = "0.2.0"; }},
  };
  for (const Case& each : cases) {
    std::vector<Difference> found = With(each.change);
    ASSERT_THAT(found, SizeIs(1)) << each.sentence;
    EXPECT_EQ(found[0].fact, each.fact) << each.sentence;
    EXPECT_EQ(found[0].severity, Severity::kSay) << each.sentence;
    EXPECT_EQ(found[0].sentence, each.sentence);
  }
}

TEST(Comparability, WhatIsNotKnownDiffersFromNothing) {
  Circumstances unknown;
  EXPECT_THAT(Differences({Measured(), unknown}), IsEmpty());
  EXPECT_THAT(With([](auto& run) { run.governor = "unknown"; }), IsEmpty());
  EXPECT_THAT(With([](auto& run) { run.tool_version = "unknown"; }), IsEmpty());
}

TEST(Comparability, FilesThatComeToTheSameAreTheSameWhereTheRunsTellWhatTheyComeTo) {
  EXPECT_THAT(With([](auto& run) { run.config_sha256 = "beef"; }), IsEmpty());
  const std::vector<Difference> found = With([](auto& run) {
    run.config_sha256 = "beef";
    run.effective_config_sha256.clear();  // stored by an earlier release
  });
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].fact, Fact::kConfigFiles);
  EXPECT_EQ(found[0].sentence, "configuration files: c0ffee00c0ff, beef");
}

TEST(Comparability, ReleasesThatMeasureAlikeAreAlike) {
  EXPECT_THAT(With([](auto& run) { run.tool_version = "0.1.7"; }), IsEmpty());
  Circumstances one = Measured();
  Circumstances other = Measured();
  one.tool_version = "1.2.0";
  other.tool_version = "1.9.0";
  EXPECT_THAT(Differences({one, other}), IsEmpty());
  other.tool_version = "2.0.0";
  EXPECT_THAT(Differences({one, other}), SizeIs(1));
}

TEST(Comparability, EventsAreNeverComparedAcrossFalco042) {
  for (const char* before : {"0.41.3", "0.35.0", "0.41.0-rc1"}) {
    std::vector<Difference> found = With([&](auto& run) { run.sensor_version = before; });
    ASSERT_THAT(found, SizeIs(2)) << before;
    EXPECT_EQ(found[0].fact, Fact::kEventCounting);
    EXPECT_EQ(found[0].severity, Severity::kNever);
    EXPECT_THAT(found[0].sentence, AllOf(HasSubstr("Events/s"), HasSubstr("syscalls/s")));
    EXPECT_EQ(found[1].fact, Fact::kSensorVersion);  // syscalls/s may be, if it is said
  }
  for (const char* since : {"0.42.0", "0.42.0-rc1", "1.0.0", "0.100.0"}) {
    for (const Difference& found : With([&](auto& run) { run.sensor_version = since; })) {
      EXPECT_NE(found.severity, Severity::kNever) << since;
    }
  }
  // Releases on one side of it.
  Circumstances old = Measured();
  old.sensor_version = "0.41.3";
  Circumstances older = Measured();
  older.sensor_version = "0.40.0";
  EXPECT_THAT(Differences({old, older}), SizeIs(1));
}

TEST(Comparability, SensorsOfAnotherKindAreNeverCompared) {
  std::vector<Difference> found = With([](auto& run) { run.sensor_kind = "reference"; });
  ASSERT_THAT(found, SizeIs(2));
  EXPECT_EQ(found[0].fact, Fact::kSensorKind);
  EXPECT_EQ(found[0].severity, Severity::kNever);
}

TEST(Comparability, AModelIsNeverComparedWithAMeasurementAndHasNoHost) {
  auto simulate = [](auto& run) {
    run.sensor_kind = "simulated";
    run.sensor_version = "model-1";
    run.kernel = "5.10.0";
    run.pinned = false;
  };
  std::vector<Difference> found = With(simulate);
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].fact, Fact::kSimulated);
  EXPECT_EQ(found[0].severity, Severity::kNever);
  // Two of a fleet of simulated workers.
  Circumstances one = Measured();
  simulate(one);
  Circumstances other = one;
  other.kernel = "6.18.1";
  EXPECT_THAT(Differences({one, other}), IsEmpty());
}

TEST(Comparability, ManyValuesAreCut) {
  std::vector<Circumstances> runs;
  for (const char* kernel : {"1", "2", "1", "3", "4", "5"}) {
    runs.push_back(Measured());
    runs.back().kernel = kernel;
  }
  EXPECT_EQ(Differences(runs)[0].sentence, "kernel: 1, 2, 3, 2 more");
}

TEST(ComparabilityNotes, OneLineForAllThatMustBeSaidAndOneEachForWhatMustNotBe) {
  EXPECT_THAT(ComparabilityNotes(With([](auto& run) {
                run.sensor_version = "0.41.0";
                run.kernel = "6.1.0";
              })),
              ElementsAre(HasSubstr("never compared across Falco 0.42"),
                          "Measured under different circumstances, compare with care: sensor: "
                          "falco 0.44.1, falco 0.41.0; kernel: 6.18.1, 6.1.0."));
}

}  // namespace
}  // namespace bench
