#include "worker/falco/falco_ring.h"

#include <gtest/gtest.h>

#include "common/os/files.h"
#include "tests/fakes/temp_dir.h"

namespace bench {
namespace {

constexpr int64_t kMiB = int64_t{1} << 20;

class FalcoRingTest : public testing::Test {
 protected:
  FalcoRingTest() {
    EXPECT_TRUE(MakeDirectories(dir_ / "config.d").ok());
    options_.config = dir_ / "falco.yaml";
  }
  void Main(const std::string& text) { dir_.Write("falco.yaml", text); }
  void Include(const std::string& name, const std::string& text) {
    dir_.Write("config.d/" + name, text);
  }
  RingConfig Ring() {
    return FalcoRing(
        options_, version_,
        MergeConfig({.config = options_.config}, version_, ReadFilesBelow(/*root=*/"")));
  }

  TempDir dir_;
  FalcoOptions options_;
  FalcoVersion version_ = {.minor = 44};
};

TEST(RingPresets, DoubleFromOneMegabyte) {
  EXPECT_EQ(RingBytesOfPreset(1), kMiB);
  EXPECT_EQ(RingBytesOfPreset(4), 8 * kMiB);
  EXPECT_EQ(RingBytesOfPreset(10), 512 * kMiB);
  EXPECT_EQ(RingBytesOfPreset(0), 0);
  EXPECT_EQ(RingBytesOfPreset(11), 0);
}

TEST_F(FalcoRingTest, IsFalcosDefaultWhereNothingIsSaid) {
  Main("json_output: true\n");
  EXPECT_EQ(Ring().ring_bytes, 8 * kMiB);
  EXPECT_EQ(Ring().cpus_per_ring, 2);
}

TEST_F(FalcoRingTest, IsWhatTheConfigurationSays) {
  Main("engine:\n  modern_ebpf:\n    buf_size_preset: 6\n    cpus_for_each_buffer: 1\n");
  EXPECT_EQ(Ring().ring_bytes, 32 * kMiB);
  EXPECT_EQ(Ring().cpus_per_ring, 1);
}

TEST_F(FalcoRingTest, AnIncludedFileReplacesTheWholeEngine) {
  Main("config_files: [" + (dir_ / "config.d") +
       "]\nengine:\n  modern_ebpf: {buf_size_preset: 6, cpus_for_each_buffer: 1}\n");
  EXPECT_EQ(Ring().ring_bytes, 32 * kMiB);
  Include("a.yaml", "engine:\n  modern_ebpf: {buf_size_preset: 7}\n");
  EXPECT_EQ(Ring().ring_bytes, 64 * kMiB);
  EXPECT_EQ(Ring().cpus_per_ring, 2);
  Include("b.yaml", "engine: {kind: modern_ebpf}\n");
  EXPECT_EQ(Ring().ring_bytes, 8 * kMiB);
}

TEST_F(FalcoRingTest, AnAddOnlyFileReplacesNothing) {
  Main("config_files: [{path: " + (dir_ / "config.d") +
       ", strategy: add-only}]\nengine:\n  modern_ebpf: {buf_size_preset: 6}\n");
  Include("a.yaml", "engine:\n  modern_ebpf: {buf_size_preset: 7}\n");
  EXPECT_EQ(Ring().ring_bytes, 32 * kMiB);
}

TEST_F(FalcoRingTest, WhatIsAskedForWins) {
  Main("engine:\n  modern_ebpf: {buf_size_preset: 6}\n");
  options_.buf_size_preset = 3;
  options_.cpus_per_buffer = 0;
  EXPECT_EQ(Ring().ring_bytes, 4 * kMiB);
  EXPECT_EQ(Ring().cpus_per_ring, 0);
}

TEST_F(FalcoRingTest, IsOfTheDriverThatIsAskedFor) {
  Main("engine:\n  kmod: {buf_size_preset: 6}\n  modern_ebpf: {buf_size_preset: 3}\n");
  options_.driver = "kmod";
  EXPECT_EQ(Ring().ring_bytes, 32 * kMiB);
  EXPECT_EQ(Ring().cpus_per_ring, 1);
  options_.driver = "ebpf";
  EXPECT_EQ(Ring().ring_bytes, 8 * kMiB);
}

TEST_F(FalcoRingTest, IsOfTheKeysThatTheReleaseKnows) {
  Main("syscall_buf_size_preset: 6\nmodern_bpf: {cpus_for_each_syscall_buffer: 4}\n");
  EXPECT_EQ(Ring().ring_bytes, 8 * kMiB);
  version_.minor = 36;
  EXPECT_EQ(Ring().ring_bytes, 32 * kMiB);
  EXPECT_EQ(Ring().cpus_per_ring, 4);
  Main("syscall_buf_size_preset: 6\nengine: {modern_ebpf: {buf_size_preset: 7}}\n");
  EXPECT_EQ(Ring().ring_bytes, 32 * kMiB);
  version_.minor = 37;
  EXPECT_EQ(Ring().ring_bytes, 64 * kMiB);
}

TEST_F(FalcoRingTest, IsUnknownWhereTheConfigurationIsBroken) {
  Main("engine: [unfinished\n");
  EXPECT_EQ(Ring().ring_bytes, 0);
  Main("engine:\n  modern_ebpf: {buf_size_preset: many}\n");
  EXPECT_EQ(Ring().ring_bytes, 0);
  Main("engine: 3\n");
  EXPECT_EQ(Ring().ring_bytes, 8 * kMiB);
}

}  // namespace
}  // namespace bench
