#include "worker/host/host_load.h"

#include <gtest/gtest.h>

#include "tests/fakes/temp_dir.h"

namespace bench {
namespace {

constexpr char kStat[] =
    "cpu  100 20 30 400 5 0 6 39 77 7\n"
    "cpu0 1 1 1 1 1 1 1 1 1 1\n"
    "intr 5\n";

TEST(CpuTicks, AddUpWithoutCountingGuestsTwice) {
  auto ticks = ParseCpuTicks(kStat);
  ASSERT_TRUE(ticks);
  EXPECT_EQ(ticks->total, 600);
  EXPECT_EQ(ticks->steal, 39);
}

TEST(CpuTicks, OfAnotherTextAreUnknown) {
  for (const char* text : {"", "cpu0 1 2 3 4 5 6 7 8\n", "cpu  1 2 3 4\n", "cpu  a b c d e f g h\n",
                           "cpu  1 2 3 4 5 6 7\n"}) {
    EXPECT_FALSE(ParseCpuTicks(text)) << text;
  }
}

TEST(SomePressure, IsTheTotalOfItsLine) {
  EXPECT_EQ(ParseSomePressure("some avg10=1.53 avg60=0.87 avg300=0.73 total=1234567\n"
                              "full avg10=0.00 avg60=0.00 avg300=0.00 total=99\n"),
            absl::Microseconds(1234567));
  EXPECT_FALSE(ParseSomePressure("full avg10=0.00 avg60=0.00 avg300=0.00 total=99\n"));
  EXPECT_FALSE(ParseSomePressure("some avg10=0.00 total=many\n"));
  EXPECT_FALSE(ParseSomePressure(""));
}

class HostLoadTest : public ::testing::Test {
 protected:
  HostLoadReading Read(absl::Duration now) { return ReadHostLoad(now, dir_.path()); }
  TempDir dir_;
};

TEST_F(HostLoadTest, IsWhatHappenedBetweenTwoLooks) {
  dir_.Write("proc/stat", kStat);
  dir_.Write("proc/pressure/cpu", "some avg10=0.00 avg60=0.00 avg300=0.00 total=1000000\n");
  dir_.Write("proc/pressure/io", "some avg10=0.00 avg60=0.00 avg300=0.00 total=500\n");
  const HostLoadReading begin = Read(absl::Seconds(10));
  dir_.Write("proc/stat", "cpu  200 20 30 450 5 0 6 89 0 0\n");  // 200 more, 50 of them stolen
  dir_.Write("proc/pressure/cpu", "some avg10=0.00 avg60=0.00 avg300=0.00 total=3000000\n");
  const HostLoad load = LoadBetween(begin, Read(absl::Seconds(18)));
  ASSERT_TRUE(load.steal_ratio && load.psi_cpu_some_ratio && load.psi_io_some_ratio);
  EXPECT_DOUBLE_EQ(*load.steal_ratio, 0.25);
  EXPECT_DOUBLE_EQ(*load.psi_cpu_some_ratio, 0.25);
  EXPECT_DOUBLE_EQ(*load.psi_io_some_ratio, 0);
  EXPECT_FALSE(load.psi_memory_some_ratio);  // the kernel has none
}

TEST_F(HostLoadTest, IsUnknownWithoutCountersOrWithoutTime) {
  const HostLoad none = LoadBetween(Read(absl::Seconds(1)), Read(absl::Seconds(9)));
  EXPECT_FALSE(none.steal_ratio || none.psi_cpu_some_ratio);
  dir_.Write("proc/stat", kStat);
  dir_.Write("proc/pressure/cpu", "some total=7\n");
  const HostLoad at_once = LoadBetween(Read(absl::Seconds(1)), Read(absl::Seconds(1)));
  EXPECT_FALSE(at_once.steal_ratio || at_once.psi_cpu_some_ratio);
}

TEST_F(HostLoadTest, StaysWithinTheWhole) {
  HostLoadReading begin = {.cpu = CpuTicks{100, 50}, .waited_for_cpu = absl::Seconds(1)};
  HostLoadReading end = {.at = absl::Seconds(1),
                         .cpu = CpuTicks{200, 40},  // a host that migrated may count back
                         .waited_for_cpu = absl::Seconds(3)};
  EXPECT_EQ(LoadBetween(begin, end).steal_ratio, 0.0);
  EXPECT_EQ(LoadBetween(begin, end).psi_cpu_some_ratio, 1.0);
}

TEST(HostLoad, ReadsThisHost) {
  const HostLoadReading reading = ReadHostLoad(absl::ZeroDuration());
  ASSERT_TRUE(reading.cpu);
  EXPECT_GT(reading.cpu->total, 0);
}

}  // namespace
}  // namespace bench
