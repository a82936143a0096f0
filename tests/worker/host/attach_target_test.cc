#include "worker/host/attach_target.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bench {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

const RunningFalco kService = {.pid = 812, .unit = "falco-modern-bpf.service"};
const RunningFalco kContainer = {.pid = 90, .container = std::string(64, 'a')};
const RunningFalco kOurs = {.pid = 7, .of_benchmark = true};

std::string Message(const absl::Status& status) {
  return std::string(status.message());
}

TEST(ChooseRunningFalco, TakesTheOneThatRunsButNoneOfABenchmark) {
  EXPECT_EQ(ChooseRunningFalco({}, {kOurs, kService})->pid, 812);
  EXPECT_EQ(ChooseRunningFalco({.pid = 812}, {kService})->pid, 812);
  EXPECT_EQ(ChooseRunningFalco({.unit = "falco-modern-bpf"}, {kService})->pid, 812);
  const absl::Status none = ChooseRunningFalco({}, {kOurs}).status();
  EXPECT_TRUE(absl::IsNotFound(none));
  EXPECT_THAT(Message(none), HasSubstr("--sensor falco"));
}

TEST(ChooseRunningFalco, SaysWhatRunsWhereItIsNotWhatWasMeant) {
  EXPECT_THAT(
      Message(ChooseRunningFalco({.pid = 5}, {kService}).status()),
      AllOf(HasSubstr("process 5 is no Falco"), HasSubstr("812 (falco-modern-bpf.service")));
  EXPECT_THAT(Message(ChooseRunningFalco({.unit = "falco-kmod"}, {kService}).status()),
              AllOf(HasSubstr("falco-kmod"), HasSubstr("812")));
}

TEST(ChooseRunningFalco, RefusesTwoAtOnce) {
  const absl::Status both = ChooseRunningFalco({}, {kContainer, kService}).status();
  EXPECT_TRUE(absl::IsFailedPrecondition(both));
  EXPECT_THAT(Message(both), AllOf(HasSubstr("90 (container aaaaaaaaaaaa)"), HasSubstr("812")));
  EXPECT_TRUE(
      absl::IsFailedPrecondition(ChooseRunningFalco({.pid = 90}, {kContainer, kService}).status()));
}

}  // namespace
}  // namespace bench
