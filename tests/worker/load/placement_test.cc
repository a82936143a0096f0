#include "worker/load/placement.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bench {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Placement, GivesEachSideItsOwnCpusWhereThereAreEnough) {
  Placement placement = PlaceProcesses({0, 1}, 500, 0, true);
  EXPECT_EQ(placement.generators, 1);
  EXPECT_THAT(placement.sensor_cpus, ElementsAre(0));
  EXPECT_THAT(placement.generator_cpus, ElementsAre(1));

  placement = PlaceProcesses({0, 1, 2, 3, 4, 5, 6, 7}, 1500, 0, true);
  EXPECT_EQ(placement.generators, 6);
  EXPECT_THAT(placement.sensor_cpus, ElementsAre(0, 1));
}

TEST(Placement, PinsNobodyWhereTheyMustShare) {
  Placement placement = PlaceProcesses({0, 1}, 2000, 0, true);
  EXPECT_EQ(placement.generators, 1);
  EXPECT_THAT(placement.sensor_cpus, IsEmpty());
  EXPECT_THAT(placement.generator_cpus, IsEmpty());
  EXPECT_THAT(PlaceProcesses({0, 1}, 500, 1, false).sensor_cpus, IsEmpty());
  EXPECT_THAT(PlaceProcesses({0, 1}, 500, 4, true).generator_cpus, IsEmpty());
  EXPECT_EQ(PlaceProcesses({0}, 0, 0, true).generators, 1);
}

TEST(Placement, LeavesAnUnlimitedSensorHalfOfTheCpus) {
  EXPECT_EQ(PlaceProcesses({0, 1, 2, 3}, 0, 0, true).generators, 2);
}

TEST(Placement, WritesCpuListsAsTheKernelDoes) {
  EXPECT_EQ(FormatCpuList({}), "");
  EXPECT_EQ(FormatCpuList({3}), "3");
  EXPECT_EQ(FormatCpuList({0, 1, 2, 5, 7, 8}), "0-2,5,7-8");
}

}  // namespace
}  // namespace bench
