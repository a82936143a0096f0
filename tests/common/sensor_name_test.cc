#include "common/settings/sensor_name.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bench {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

std::string Message(const absl::Status& status) {
  return std::string(status.message());
}

TEST(ParseAttach, KnowsThreeForms) {
  EXPECT_EQ(ParseAttach("attach")->pid, 0);
  EXPECT_EQ(ParseAttach("attach:812")->pid, 812);
  EXPECT_EQ(ParseAttach("attach:unit=falco")->unit, "falco");
  for (const char* bad : {"attach:", "attach:-3", "attach:0", "attach:unit=", "attach:falco"}) {
    EXPECT_TRUE(IsAttach(bad)) << bad;
    EXPECT_THAT(Message(ParseAttach(bad).status()), AllOf(HasSubstr(bad), HasSubstr("attach:PID")));
  }
  EXPECT_FALSE(IsAttach("attached"));
  EXPECT_FALSE(IsAttach("falco"));
}

TEST(CheckSensorName, ListsWhatThereIs) {
  for (const char* good : {"auto", "falco", "reference", "simulated", "attach", "attach:7"}) {
    EXPECT_TRUE(CheckSensorName(good).ok()) << good;
  }
  EXPECT_THAT(Message(CheckSensorName("sysdig")),
              AllOf(HasSubstr("sysdig"), HasSubstr("auto, falco, reference, simulated, attach")));
  EXPECT_THAT(Message(CheckSensorName("attach:x")), HasSubstr("attach:unit=NAME"));
  EXPECT_FALSE(CheckSensorName("").ok());
}

}  // namespace
}  // namespace bench
