#include "worker/agent/run_reporter.h"

#include <gtest/gtest.h>

#include <deque>
#include <vector>

#include "absl/time/clock.h"
#include "tests/fakes/wait_until.h"

namespace bench {
namespace {

constexpr absl::Duration kSoon = absl::Seconds(10);

// A controller that can be away, refuse, or cancel; keeps what it confirmed.
class FakeAgentClient final : public AgentClient {
 public:
  absl::StatusOr<v1::RegisterResponse> Register(const v1::RegisterRequest&) override {
    return v1::RegisterResponse();
  }
  absl::StatusOr<v1::AcquireRunResponse> AcquireRun(const v1::AcquireRunRequest&) override {
    return v1::AcquireRunResponse();
  }
  absl::StatusOr<v1::ReportResponse> Report(const v1::ReportRequest& request) override {
    absl::MutexLock lock(&mutex_);
    attempts_.push_back(request);
    if (!failure_.ok()) return failure_;
    confirmed_.push_back(request);
    v1::ReportResponse response;
    response.set_lease_ttl_sec(lease_ttl_sec_);
    response.set_cancel(cancel_);
    return response;
  }
  absl::StatusOr<v1::FinishResponse> Finish(const v1::FinishRequest& request) override {
    absl::MutexLock lock(&mutex_);
    if (!failure_.ok()) return failure_;
    finished_.push_back(request);
    return v1::FinishResponse();
  }

  void SetFailure(absl::Status failure) {
    absl::MutexLock lock(&mutex_);
    failure_ = std::move(failure);
  }
  void Cancel() {
    absl::MutexLock lock(&mutex_);
    cancel_ = true;
  }
  std::vector<v1::ReportRequest> confirmed() {
    absl::MutexLock lock(&mutex_);
    return confirmed_;
  }
  size_t attempt_count() {
    absl::MutexLock lock(&mutex_);
    return attempts_.size();
  }
  std::vector<v1::FinishRequest> finished() {
    absl::MutexLock lock(&mutex_);
    return finished_;
  }
  double lease_ttl_sec_ = 30;

 private:
  absl::Mutex mutex_;
  absl::Status failure_;
  bool cancel_ = false;
  std::vector<v1::ReportRequest> attempts_;
  std::vector<v1::ReportRequest> confirmed_;
  std::vector<v1::FinishRequest> finished_;
};

v1::Assignment MakeAssignment(double ttl_sec) {
  v1::Assignment assignment;
  assignment.set_run_id("r-1");
  assignment.set_epoch(7);
  assignment.set_lease_ttl_sec(ttl_sec);
  return assignment;
}

v1::Trial NumberedTrial(int number) {
  v1::Trial trial;
  trial.set_number(number);
  return trial;
}

std::vector<int> TrialNumbers(const std::vector<v1::ReportRequest>& reports) {
  std::vector<int> numbers;
  for (const v1::ReportRequest& report : reports) {
    for (const v1::Trial& trial : report.trials()) numbers.push_back(trial.number());
  }
  return numbers;
}

TEST(RunReporter, SendsEachTrialOnceInOrderAndThenTheOutcome) {
  FakeAgentClient client;
  std::atomic<bool> cancelled = false;
  RunReporter reporter(client, MakeAssignment(30), cancelled, RealClock());
  for (int number = 1; number <= 5; ++number) {
    reporter.OnTrial(NumberedTrial(number), {v1::Sample()});
    absl::SleepFor(absl::Milliseconds(100));
  }
  ASSERT_TRUE(reporter.Finish({}).ok());
  EXPECT_EQ(TrialNumbers(client.confirmed()), (std::vector<int>{1, 2, 3, 4, 5}));
  int64_t last = 0;
  for (const v1::ReportRequest& report : client.confirmed()) {
    EXPECT_EQ(report.epoch(), 7);
    EXPECT_GT(report.sequence(), last);
    last = report.sequence();
  }
  EXPECT_EQ(client.finished().size(), 1u);
}

TEST(RunReporter, AShortOutageLosesNothing) {
  FakeAgentClient client;
  client.SetFailure(absl::UnavailableError("away"));
  std::atomic<bool> cancelled = false;
  RunReporter reporter(client, MakeAssignment(30), cancelled, RealClock());
  reporter.OnTrial(NumberedTrial(1), {});
  ASSERT_TRUE(WaitUntil([&] { return client.attempt_count() >= 2; }, kSoon));
  reporter.OnTrial(NumberedTrial(2), {});
  client.SetFailure(absl::OkStatus());
  ASSERT_TRUE(reporter.Finish({}).ok());
  EXPECT_EQ(TrialNumbers(client.confirmed()), (std::vector<int>{1, 2}));
  EXPECT_FALSE(cancelled);
}

TEST(RunReporter, GivesTheRunUpWhenTheControllerIsAwayForAWholeLease) {
  FakeAgentClient client;
  client.SetFailure(absl::UnavailableError("away"));
  std::atomic<bool> cancelled = false;
  RunReporter reporter(client, MakeAssignment(1), cancelled, RealClock());
  EXPECT_TRUE(WaitUntil([&] { return cancelled.load(); }, kSoon));
  EXPECT_FALSE(reporter.Finish({}).ok());
}

TEST(RunReporter, AStaleEpochEndsTheRun) {
  FakeAgentClient client;
  client.SetFailure(absl::FailedPreconditionError("epoch 7 is older than 8"));
  std::atomic<bool> cancelled = false;
  RunReporter reporter(client, MakeAssignment(30), cancelled, RealClock());
  EXPECT_TRUE(WaitUntil([&] { return cancelled.load(); }, kSoon));
  EXPECT_FALSE(reporter.Finish({}).ok());
  EXPECT_TRUE(client.finished().empty());
}

TEST(RunReporter, BringsBackACancellation) {
  FakeAgentClient client;
  std::atomic<bool> cancelled = false;
  RunReporter reporter(client, MakeAssignment(30), cancelled, RealClock());
  client.Cancel();
  EXPECT_TRUE(WaitUntil([&] { return cancelled.load(); }, kSoon));
}

}  // namespace
}  // namespace bench
