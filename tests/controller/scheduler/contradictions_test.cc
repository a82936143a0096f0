#include "controller/scheduler/contradictions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bench {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

CellAnswer Answer(int32_t cpu_millis, double rate, int64_t memory = 512, const char* node = "n1") {
  return {.node = node, .cpu_millis = cpu_millis, .memory_bytes = memory, .syscalls_per_sec = rate};
}

TEST(Contradicting, NamesBothWhereMoreCpuGaveLess) {
  EXPECT_THAT(Contradicting({Answer(100, 50e3), Answer(200, 40e3), Answer(400, 90e3)}, 0.05),
              ElementsAre(0, 1));
  // In whatever order they stand.
  EXPECT_THAT(Contradicting({Answer(400, 90e3), Answer(200, 40e3), Answer(100, 50e3)}, 0.05),
              ElementsAre(1, 2));
}

TEST(Contradicting, TwiceThePrecisionIsNoContradiction) {
  EXPECT_THAT(Contradicting({Answer(1000, 109e3), Answer(2000, 100e3)}, 0.05), IsEmpty());
  EXPECT_THAT(Contradicting({Answer(1000, 111e3), Answer(2000, 100e3)}, 0.05), ElementsAre(0, 1));
}

TEST(Contradicting, NoLimitIsMoreThanAny) {
  EXPECT_THAT(Contradicting({Answer(0, 50e3), Answer(200, 100e3)}, 0.05), ElementsAre(0, 1));
  EXPECT_THAT(Contradicting({Answer(0, 200e3), Answer(200, 100e3)}, 0.05), IsEmpty());
}

TEST(Contradicting, OtherNodesAndMemoryAreOtherRows) {
  EXPECT_THAT(Contradicting({Answer(100, 50e3, 512), Answer(200, 40e3, 256)}, 0.05), IsEmpty());
  EXPECT_THAT(Contradicting({Answer(100, 50e3, 512, "a"), Answer(200, 40e3, 512, "b")}, 0.05),
              IsEmpty());
  EXPECT_THAT(Contradicting({}, 0.05), IsEmpty());
}

TEST(Contradicting, OnlyTheSameSettingsAreCompared) {
  CellAnswer kmod = Answer(200, 40e3);
  kmod.settings.driver = "kmod";
  EXPECT_THAT(Contradicting({Answer(100, 50e3), kmod}, 0.05), IsEmpty());
  CellAnswer slower_kmod = Answer(100, 50e3);
  slower_kmod.settings.driver = "kmod";
  EXPECT_THAT(Contradicting({slower_kmod, kmod}, 0.05), ElementsAre(0, 1));
}

}  // namespace
}  // namespace bench
