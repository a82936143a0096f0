#include "worker/sensor_options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/fakes/temp_dir.h"

namespace bench {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(SensorOptions, WithoutSettingsAllStaysAsTheHostHasIt) {
  auto falco = WithSettings(FalcoOptions{.binary = "/opt/falco"}, {}, {});
  ASSERT_TRUE(falco.ok()) << falco.status();
  EXPECT_EQ(falco->binary, "/opt/falco");
  EXPECT_EQ(falco->driver, "modern_ebpf");
  EXPECT_EQ(falco->buf_size_preset, std::nullopt);
  EXPECT_EQ(falco->cpus_per_buffer, std::nullopt);
  EXPECT_THAT(falco->rules, IsEmpty());
  EXPECT_FALSE(falco->base_syscalls.has_value());
  auto reference = WithSettings(ReferenceOptions{}, {});
  ASSERT_TRUE(reference.ok()) << reference.status();
  EXPECT_EQ(reference->buf_size_preset, std::nullopt);
  EXPECT_EQ(reference->cpus_per_buffer, std::nullopt);
}

TEST(SensorOptions, EachSettingReachesFalco) {
  TempDir dir;
  const std::string rules = dir.Write("a.yaml", "");
  SensorSettings settings = {.driver = "modern_ebpf",
                             .buffer_preset = 6,
                             .cpus_per_buffer = 3,
                             .rules = {rules},
                             .base_syscalls = "open+repair"};
  auto falco = WithSettings(FalcoOptions{}, settings, {dir.path()});
  ASSERT_TRUE(falco.ok()) << falco.status();
  EXPECT_EQ(falco->buf_size_preset, 6);
  EXPECT_EQ(falco->cpus_per_buffer, 3);
  EXPECT_THAT(falco->rules, ElementsAre(rules));
  ASSERT_TRUE(falco->base_syscalls.has_value());
  EXPECT_THAT(falco->base_syscalls->custom_set, ElementsAre("open"));
  EXPECT_TRUE(falco->base_syscalls->repair);
  EXPECT_TRUE(
      absl::IsPermissionDenied(WithSettings(FalcoOptions{}, settings, {"/etc/falco"}).status()));
  EXPECT_EQ(WithSettings(FalcoOptions{}, {.driver = "kmod"}, {})->driver, "kmod");
}

TEST(SensorOptions, OneBufferForAllCpusIsFalcosZeroAndTheReferencesCount) {
  const SensorSettings settings = {.cpus_per_buffer = kOneBufferForAllCpus};
  EXPECT_EQ(WithSettings(FalcoOptions{}, settings, {})->cpus_per_buffer, 0);
  EXPECT_EQ(WithSettings(ReferenceOptions{}, settings)->cpus_per_buffer,
            sysconf(_SC_NPROCESSORS_CONF));
}

TEST(SensorOptions, TheReferenceSensorHasRingsOnly) {
  auto reference = WithSettings(ReferenceOptions{}, {.buffer_preset = 5, .cpus_per_buffer = 1});
  ASSERT_TRUE(reference.ok()) << reference.status();
  EXPECT_EQ(reference->buf_size_preset, 5);
  EXPECT_EQ(reference->cpus_per_buffer, 1);
  EXPECT_TRUE(
      absl::IsInvalidArgument(WithSettings(ReferenceOptions{}, {.base_syscalls = "all"}).status()));
}

}  // namespace
}  // namespace bench
