#include "worker/sensor_choice.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bench {
namespace {

using ::testing::HasSubstr;

const FalcoOnHost kNone;
const FalcoOnHost kInstalled = {.binary = "/usr/bin/falco", .version = "0.44.1"};

TEST(SensorChoice, AutoTakesFalcoIfTheHostHasItAndSaysWhatItTook) {
  EXPECT_EQ(ChooseSensor("auto", kInstalled)->kind, "falco");
  EXPECT_THAT(ChooseSensor("auto", kInstalled)->note, HasSubstr("0.44.1"));
  EXPECT_EQ(ChooseSensor("auto", kNone)->kind, "reference");
  EXPECT_THAT(ChooseSensor("auto", kNone)->note, HasSubstr("no Falco was found"));
}

TEST(SensorChoice, AWishIsNeverReplaced) {
  EXPECT_EQ(ChooseSensor("reference", kInstalled)->kind, "reference");
  auto missing = ChooseSensor("falco", kNone);
  ASSERT_FALSE(missing.ok());
  EXPECT_THAT(std::string(missing.status().message()), HasSubstr("--sensor reference"));
}

TEST(SensorChoice, RefusesToMeasureBesideARunningFalco) {
  FalcoOnHost host = kInstalled;
  host.running = {"pid 812 (falco-modern-bpf.service)"};
  for (const char* wanted : {"auto", "falco", "reference"}) {
    auto refused = ChooseSensor(wanted, host);
    ASSERT_FALSE(refused.ok()) << wanted;
    EXPECT_THAT(std::string(refused.status().message()),
                testing::AllOf(HasSubstr("pid 812"), HasSubstr("--sensor attach")));
  }
  EXPECT_EQ(ChooseSensor("simulated", host)->kind, "simulated");
}

}  // namespace
}  // namespace bench
