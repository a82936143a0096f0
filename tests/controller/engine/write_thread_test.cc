#include "controller/engine/write_thread.h"

#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/synchronization/notification.h"
#include "controller/engine/read_thread.h"
#include "tests/fakes/temp_dir.h"

namespace bench {
namespace {

using ::testing::ElementsAre;

class WriteThreadTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto opened = Database::Open(dir_ / "a.db", Database::Access::kReadWrite);
    ASSERT_TRUE(opened.ok()) << opened.status();
    database_ = *std::move(opened);
    ASSERT_TRUE(database_->Execute("CREATE TABLE t (a INTEGER PRIMARY KEY) STRICT").ok());
    auto reader = Database::Open(dir_ / "a.db", Database::Access::kQueries);
    ASSERT_TRUE(reader.ok()) << reader.status();
    reader_ = *std::move(reader);
    thread_ = std::make_unique<WriteThread>(
        *database_, WriteThread::Hooks{[](bool) { return absl::Milliseconds(50); },
                                       [this] {
                                         ++reloads_;
                                         return absl::OkStatus();
                                       }});
  }
  WriteThread::Job Insert(int value) {
    return [this, value] { return database_->Run("INSERT INTO t VALUES (?)", value); };
  }
  WriteThread::Done Collect() {
    return [this](const absl::Status& status) { results_.push_back(status.code()); };
  }
  std::string Stored() {
    auto row = reader_->Prepare("SELECT group_concat(a) FROM t");
    EXPECT_TRUE(*row->Step());
    return row->Text();
  }

  TempDir dir_;
  std::unique_ptr<Database> database_;
  std::unique_ptr<Database> reader_;
  std::vector<absl::StatusCode> results_;  // read once the thread has ended
  int reloads_ = 0;
  std::unique_ptr<WriteThread> thread_;
};

TEST_F(WriteThreadTest, ConfirmsAJobOnlyWhenItIsCommitted) {
  std::string seen;
  absl::Notification done;
  thread_->Start();
  thread_->Post(Insert(1), [&](const absl::Status& status) {
    EXPECT_TRUE(status.ok());
    seen = Stored();
    done.Notify();
  });
  done.WaitForNotification();
  EXPECT_EQ(seen, "1");
}

TEST_F(WriteThreadTest, AFailedJobIsUndoneAloneInItsBatch) {
  thread_->Post(Insert(1), Collect());
  thread_->Post(
      [this] {
        EXPECT_TRUE(database_->Run("INSERT INTO t VALUES (2)").ok());
        return absl::InvalidArgumentError("no");
      },
      Collect());
  thread_->Post(Insert(1), Collect());  // the same key again
  thread_->Post(Insert(3), Collect());
  thread_->Start();
  thread_->Stop();
  EXPECT_THAT(results_, ElementsAre(absl::StatusCode::kOk, absl::StatusCode::kInvalidArgument,
                                    absl::StatusCode::kAlreadyExists, absl::StatusCode::kOk));
  EXPECT_EQ(Stored(), "1,3");
  EXPECT_EQ(reloads_, 0);
}

TEST_F(WriteThreadTest, ABatchThatIsLostIsReportedByAllAndMemoryIsReadAgain) {
  thread_->Post(Insert(1), Collect());
  // As SQLite does by itself when the disk is full.
  thread_->Post([this] { return database_->Run("ROLLBACK"); }, Collect());
  thread_->Post(Insert(3), Collect());
  thread_->Start();
  absl::Notification later;
  thread_->Post([] { return absl::OkStatus(); }, [&](const absl::Status&) { later.Notify(); });
  later.WaitForNotification();
  thread_->Post(Insert(4), Collect());
  thread_->Stop();
  ASSERT_EQ(results_.size(), 4u);
  for (int i = 0; i < 3; ++i) EXPECT_NE(results_[i], absl::StatusCode::kOk) << i;
  EXPECT_EQ(results_[3], absl::StatusCode::kOk);
  EXPECT_EQ(Stored(), "4");
  EXPECT_EQ(reloads_, 1);
}

TEST_F(WriteThreadTest, AFullDiskIsSaidAndGoneWhenThereIsRoomAgain) {
  // The smallest database that is allowed: no page may be added.
  ASSERT_TRUE(database_->Run("PRAGMA max_page_count = 2").ok());
  ASSERT_TRUE(database_->Execute("CREATE TABLE big (a TEXT) STRICT").code() !=
              absl::StatusCode::kOk);
  thread_->Post([this] { return database_->Execute("CREATE TABLE big (a TEXT) STRICT"); },
                Collect());
  thread_->Start();
  thread_->Stop();
  EXPECT_THAT(results_, ElementsAre(absl::StatusCode::kResourceExhausted));
}

TEST_F(WriteThreadTest, AfterStopAJobIsRefused) {
  thread_->Start();
  thread_->Stop();
  thread_->Post(Insert(1), Collect());
  EXPECT_THAT(results_, ElementsAre(absl::StatusCode::kUnavailable));
  thread_->Stop();
}

TEST(ReadThread, DoesInOrderWhatWasPostedBeforeItStops) {
  std::vector<int> done;
  ReadThread thread;
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(thread.Post([&done, i] { done.push_back(i); }));
  thread.Stop();
  EXPECT_THAT(done, ElementsAre(0, 1, 2, 3, 4));
  EXPECT_FALSE(thread.Post([] {}));
}

}  // namespace
}  // namespace bench
