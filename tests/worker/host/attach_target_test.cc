#include "worker/host/attach_target.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>

#include "absl/strings/str_cat.h"

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
  // The packages' alias.
  EXPECT_EQ(ChooseRunningFalco({.unit = "falco"}, {kService})->pid, 812);
  EXPECT_EQ(ChooseRunningFalco({.unit = "falco.service"}, {kService})->pid, 812);
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

const RunningFalco kPlain = {.pid = 5, .command = "falco -c /x"};

TEST(ChooseSuccessor, IsWhatTheSameSupervisorPutInItsPlace) {
  EXPECT_EQ(ChooseSuccessor(kService, {kOurs, kService})->pid, 812);
  EXPECT_EQ(ChooseSuccessor(kService, {{.pid = 9, .command = "other", .unit = kService.unit}})->pid,
            9);
  EXPECT_EQ(ChooseSuccessor(kContainer, {{.pid = 91, .container = std::string(64, 'b')}})->pid, 91);
  EXPECT_EQ(ChooseSuccessor(kPlain, {{.pid = 6, .command = "falco -c /x"}})->pid, 6);
}

TEST(ChooseSuccessor, IsNoOtherFalco) {
  const RunningFalco other_unit = {.pid = 6, .unit = "falco-kmod.service"};
  const RunningFalco other_command = {.pid = 6, .command = "falco -c /y"};
  for (const auto& [gone, runs] : {std::pair{kService, other_unit},
                                   {kService, kContainer},
                                   {kContainer, kService},
                                   {kPlain, other_command},
                                   {kPlain, kService}}) {
    const absl::Status status = ChooseSuccessor(gone, {runs}).status();
    EXPECT_TRUE(absl::IsNotFound(status)) << status;
    EXPECT_THAT(Message(status), AllOf(HasSubstr(absl::StrCat("process ", gone.pid)),
                                       HasSubstr("there runs " + NameOf(runs))));
  }
  EXPECT_TRUE(absl::IsFailedPrecondition(ChooseSuccessor(kService, {kService, kPlain}).status()));
}

TEST(ChooseSuccessor, SaysWhoCouldBringItBack) {
  EXPECT_THAT(Message(ChooseSuccessor(kService, {}).status()),
              HasSubstr("systemctl start falco-modern-bpf.service"));
  EXPECT_THAT(Message(ChooseSuccessor(kContainer, {}).status()), HasSubstr("no container"));
  EXPECT_THAT(
      Message(ChooseSuccessor(kPlain, {}).status()),
      AllOf(HasSubstr("process 5"), HasSubstr("nobody starts it again"), HasSubstr("falco -c /x")));
}

}  // namespace
}  // namespace bench
