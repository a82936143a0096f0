#include "worker/host/falco_follower.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>

#include "tests/fakes/manual_clock.h"

namespace bench {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const RunningFalco kFirst = {.pid = 812, .unit = "falco-modern-bpf.service"};
const RunningFalco kSecond = {.pid = 900, .unit = "falco-modern-bpf.service"};
const RunningFalco kPlain = {.pid = 5, .command = "falco -c /x"};
const AttachWish kPid = {.pid = 812};

class FalcoFollowerTest : public testing::Test {
 protected:
  // Gone now, and there again under another pid after `later`.
  void Restart(const RunningFalco& as, absl::Duration later) {
    running_.clear();
    next_ = {as};
    comes_at_ = clock_.Monotonic() + later;
  }

  ManualClock clock_;
  std::vector<RunningFalco> running_;
  std::vector<RunningFalco> next_;
  absl::Duration comes_at_ = absl::InfiniteDuration();
  absl::Status inspected_;
  bool ends_when_asked_ = false;
  int looks_ = 0;
  std::atomic<bool> cancelled_ = false;
  int cancel_at_look_ = 0;
  std::vector<std::string> said_;
  FalcoWait wait_ = {.cancelled = &cancelled_,
                     .say = [this](const std::string& stage) { said_.push_back(stage); }};
  FalcoFollower follower_{clock_,
                          [this] {
                            if (++looks_ == cancel_at_look_) cancelled_ = true;
                            if (clock_.Monotonic() >= comes_at_) running_ = next_;
                            return running_;
                          },
                          [this](const RunningFalco& falco) -> absl::StatusOr<RunningFalcoFacts> {
                            if (std::exchange(ends_when_asked_, false)) {
                              Restart(kSecond, absl::Seconds(10));
                              return absl::NotFoundError("it has ended");
                            }
                            if (!inspected_.ok()) return inspected_;
                            RunningFalcoFacts facts;
                            facts.process = falco;
                            return facts;
                          }};
};

TEST_F(FalcoFollowerTest, WhatWasNeverThereIsNotWaitedFor) {
  for (const AttachWish& wish : {AttachWish(), kPid, AttachWish{.unit = "falco"}}) {
    EXPECT_TRUE(absl::IsNotFound(follower_.Find(wish, wait_).status()));
  }
  EXPECT_EQ(looks_, 3);
  EXPECT_THAT(said_, IsEmpty());
}

TEST_F(FalcoFollowerTest, TheNextRunFollowsAPidOverItsRestart) {
  running_ = {kFirst};
  ASSERT_EQ(follower_.Find(kPid, wait_)->process.pid, 812);
  Restart(kSecond, absl::Seconds(10));
  const auto again = follower_.Find(kPid, wait_);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->process.pid, 900);
  EXPECT_THAT(said_, ElementsAre("waiting for Falco, process 812 (falco-modern-bpf.service), to be "
                                 "back"));
  EXPECT_EQ(follower_.Find(kPid, wait_)->process.pid, 900);
}

TEST_F(FalcoFollowerTest, AnotherWishKnowsNothingOfIt) {
  running_ = {kFirst};
  ASSERT_TRUE(follower_.Find(kPid, wait_).ok());
  running_ = {kSecond};
  EXPECT_TRUE(absl::IsNotFound(follower_.Find({.pid = 813}, wait_).status()));
  EXPECT_THAT(said_, IsEmpty());
}

// Who runs Falco as another service since the last sweep means that one.
TEST_F(FalcoFollowerTest, ARunThatBeginsTakesWhatTheWishSaysNow) {
  running_ = {kFirst};
  ASSERT_TRUE(follower_.Find({}, wait_).ok());
  running_ = {kPlain};
  EXPECT_EQ(follower_.Find({}, wait_)->process.pid, 5);
}

TEST_F(FalcoFollowerTest, ARunThatGoesOnTakesNoOther) {
  running_ = {kPlain};
  const absl::Status status = follower_.FindAgain(kFirst, wait_).status();
  EXPECT_TRUE(absl::IsNotFound(status)) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr("there runs process 5"));
}

TEST_F(FalcoFollowerTest, ARunThatGoesOnFindsItsSuccessor) {
  Restart(kSecond, absl::Seconds(30));
  EXPECT_EQ(follower_.FindAgain(kFirst, wait_)->process.pid, 900);
}

TEST_F(FalcoFollowerTest, APlainProcessThatIsGoneForGoodIsSaidToBe) {
  running_ = {kPlain};
  ASSERT_TRUE(follower_.Find({.pid = 5}, wait_).ok());
  running_.clear();
  const absl::Duration from = clock_.Monotonic();
  const absl::Status status = follower_.Find({.pid = 5}, wait_).status();
  EXPECT_TRUE(absl::IsNotFound(status)) << status;
  EXPECT_THAT(std::string(status.message()),
              AllOf(HasSubstr("process 5"), HasSubstr("is gone"),
                    HasSubstr("nobody starts it again"), HasSubstr("waited 1m")));
  EXPECT_GE(clock_.Monotonic() - from, kFalcoRestartTimeout);
  EXPECT_LT(clock_.Monotonic() - from, kFalcoRestartTimeout + absl::Seconds(1));
}

TEST_F(FalcoFollowerTest, OneThatDoesNotTellYetWhatItIsIsAskedAgain) {
  running_ = {kFirst};
  ASSERT_TRUE(follower_.Find({}, wait_).ok());
  inspected_ = absl::FailedPreconditionError("it tells no version");
  EXPECT_EQ(follower_.Find({}, wait_).status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_GT(looks_, 10);
}

TEST_F(FalcoFollowerTest, OneThatEndsWhileItIsAskedIsFollowed) {
  running_ = {kFirst};
  ends_when_asked_ = true;
  const auto found = follower_.Find(kPid, wait_);
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(found->process.pid, 900);
}

// No privileges, or no version: waiting mends nothing.
TEST_F(FalcoFollowerTest, OneThatRunsOnAndTellsNothingIsNotWaitedFor) {
  running_ = {kFirst};
  inspected_ = absl::PermissionDeniedError("it is left alone");
  EXPECT_EQ(follower_.Find(kPid, wait_).status(), inspected_);
  EXPECT_THAT(said_, IsEmpty());
}

TEST_F(FalcoFollowerTest, ACancellationEndsTheWaitAtOnce) {
  running_ = {kFirst};
  ASSERT_TRUE(follower_.Find(kPid, wait_).ok());
  running_.clear();
  cancel_at_look_ = looks_ + 3;
  const absl::Duration from = clock_.Monotonic();
  EXPECT_TRUE(absl::IsCancelled(follower_.Find(kPid, wait_).status()));
  EXPECT_LT(clock_.Monotonic() - from, absl::Seconds(1));
  EXPECT_TRUE(absl::IsCancelled(follower_.FindAgain(kFirst, wait_).status()));
  EXPECT_EQ(looks_, cancel_at_look_);
}

}  // namespace
}  // namespace bench
