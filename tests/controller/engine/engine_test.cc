#include "controller/engine/engine.h"

#include <memory>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/synchronization/notification.h"
#include "common/os/files.h"
#include "controller/storage/campaign_repository.h"
#include "tests/fakes/temp_dir.h"

namespace bench {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class EngineTest : public ::testing::Test {
 protected:
  absl::StatusOr<std::unique_ptr<Engine>> Open(bool claim_late = false) {
    return Engine::Open(
        {.db_path = dir_ / "a.db", .held_by = std::string(kHeldByServer), .claim_late = claim_late},
        RealClock());
  }

  static absl::StatusOr<v1::RegisterResponse> Register(Engine& engine) {
    v1::RegisterRequest request;
    request.mutable_node()->set_name("n1");
    absl::Notification answered;
    absl::StatusOr<v1::RegisterResponse> answer;
    engine.Write<v1::RegisterRequest, v1::RegisterResponse>(
        &Dispatcher::Register, request, [&](absl::StatusOr<v1::RegisterResponse> response) {
          answer = std::move(response);
          answered.Notify();
        });
    answered.WaitForNotification();
    return answer;
  }

  static absl::StatusOr<v1::ListNodesResponse> ListNodes(Engine& engine) {
    absl::Notification answered;
    absl::StatusOr<v1::ListNodesResponse> answer;
    v1::ListNodesRequest request;
    engine.Read<v1::ListNodesRequest, v1::ListNodesResponse>(
        &Queries::ListNodes, request, [&](absl::StatusOr<v1::ListNodesResponse> response) {
          answer = std::move(response);
          answered.Notify();
        });
    answered.WaitForNotification();
    return answer;
  }

  TempDir dir_;
};

TEST_F(EngineTest, WhatIsConfirmedIsSeenByTheNextQuery) {
  auto engine = Open();
  ASSERT_TRUE(engine.ok()) << engine.status();
  ASSERT_TRUE(Register(**engine).ok());
  EXPECT_EQ(ListNodes(**engine)->nodes_size(), 1);
}

TEST_F(EngineTest, OnlyOneWorksOnAFileAndAnotherMayLook) {
  auto first = Open();
  ASSERT_TRUE(first.ok()) << first.status();
  ASSERT_TRUE(Register(**first).ok());
  auto refused = Open();
  EXPECT_TRUE(absl::IsFailedPrecondition(refused.status()));
  EXPECT_THAT(std::string(refused.status().message()),
              AllOf(HasSubstr("--controller"), HasSubstr("--db"), HasSubstr("process ")));
  auto observer = Open(/*claim_late=*/true);
  ASSERT_TRUE(observer.ok()) << observer.status();
  EXPECT_EQ(ListNodes(**observer)->nodes_size(), 1);
  EXPECT_TRUE(absl::IsFailedPrecondition(Register(**observer).status()));
  absl::Notification answered;
  (*observer)->AcquireRun({}, [&](const absl::StatusOr<v1::AcquireRunResponse>& response) {
    EXPECT_TRUE(absl::IsFailedPrecondition(response.status()));
    answered.Notify();
  });
  EXPECT_TRUE(answered.HasBeenNotified());
  first->reset();
  EXPECT_TRUE(Open().ok());
}

TEST_F(EngineTest, WhoOnlyAsksClaimsNothing) {
  auto asking = Open(/*claim_late=*/true);
  ASSERT_TRUE(asking.ok()) << asking.status();
  EXPECT_EQ(ListNodes(**asking)->nodes_size(), 0);
  auto working = Open();
  ASSERT_TRUE(working.ok()) << working.status();
  EXPECT_TRUE(absl::IsFailedPrecondition(Register(**asking).status()));
  working->reset();
  EXPECT_TRUE(Register(**asking).ok());  // its first change
  EXPECT_TRUE(absl::IsFailedPrecondition(Open().status()));
}

TEST_F(EngineTest, AfterStopEverythingIsUnavailable) {
  auto engine = Open();
  ASSERT_TRUE(engine.ok()) << engine.status();
  (*engine)->Stop();
  (*engine)->Stop();
  EXPECT_TRUE(absl::IsUnavailable(Register(**engine).status()));
  EXPECT_TRUE(absl::IsUnavailable(ListNodes(**engine).status()));
}

TEST_F(EngineTest, SaysThatADatabaseIsDamagedOrNewer) {
  Open()->reset();
  {
    auto database = Database::Open(dir_ / "a.db", Database::Access::kReadWrite);
    ASSERT_TRUE((*database)
                    ->Run("INSERT INTO schema_migrations VALUES (99, 'later', 'x', 't', '9.0')")
                    .ok());
  }
  EXPECT_THAT(std::string(Open().status().message()), HasSubstr("schema version 99"));
  ASSERT_TRUE(WriteFile(dir_ / "a.db", "garbage that is no database at all").ok());
  EXPECT_TRUE(absl::IsDataLoss(Open().status())) << Open().status();
}

}  // namespace
}  // namespace bench
