#include "controller/storage/database.h"

#include <sys/fsuid.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmath>
#include <memory>
#include <optional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/os/files.h"
#include "controller/storage/file_lock.h"
#include "tests/fakes/temp_dir.h"

namespace bench {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

std::unique_ptr<Database> OpenOk(const std::string& path) {
  auto database = Database::Open(path, Database::Access::kReadWrite);
  EXPECT_TRUE(database.ok()) << database.status();
  return database.ok() ? *std::move(database) : nullptr;
}

std::string OpenError(const std::string& path) {
  return Database::Open(path, Database::Access::kReadWrite).status().ToString();
}

std::string Scalar(Database& database, const std::string& sql) {
  auto statement = database.Prepare(sql);
  EXPECT_TRUE(statement.ok()) << statement.status();
  EXPECT_TRUE(*statement->Step());
  return statement->Text();
}

TEST(Database, OpensWithWalForeignKeysAndFullSync) {
  TempDir dir;
  auto database = OpenOk(dir / "a.db");
  EXPECT_EQ(Scalar(*database, "PRAGMA journal_mode"), "wal");
  EXPECT_EQ(Scalar(*database, "PRAGMA foreign_keys"), "1");
  EXPECT_EQ(Scalar(*database, "PRAGMA synchronous"), "2");
}

TEST(Database, BindsAndReadsInOrder) {
  TempDir dir;
  auto database = OpenOk(dir / "a.db");
  ASSERT_TRUE(
      database->Execute("CREATE TABLE t (a INTEGER, b REAL, c TEXT, d TEXT, e REAL) STRICT").ok());
  ASSERT_TRUE(database
                  ->Run("INSERT INTO t VALUES (?, ?, ?, ?, ?)", int64_t{1} << 60, 0.25, "é",
                        std::optional<std::string>(), std::nan(""))
                  .ok());
  EXPECT_EQ(database->changes(), 1);
  auto row = database->Prepare("SELECT a, b, c, d, e FROM t");
  ASSERT_TRUE(row.ok());
  ASSERT_TRUE(*row->Step());
  EXPECT_EQ(row->Int64(), int64_t{1} << 60);
  EXPECT_EQ(row->Double(), 0.25);
  EXPECT_EQ(row->Text(), "é");
  EXPECT_EQ(row->OptionalText(), std::nullopt);
  EXPECT_TRUE(row->NextIsNull());
  EXPECT_FALSE(*row->Step());
}

TEST(Database, AnUncommittedTransactionIsUndone) {
  TempDir dir;
  auto database = OpenOk(dir / "a.db");
  ASSERT_TRUE(database->Execute("CREATE TABLE t (a INTEGER) STRICT").ok());
  {
    auto transaction = Transaction::Begin(*database);
    ASSERT_TRUE(transaction.ok());
    ASSERT_TRUE(database->Run("INSERT INTO t VALUES (1)").ok());
  }
  EXPECT_FALSE(database->in_transaction());
  auto transaction = Transaction::Begin(*database);
  ASSERT_TRUE(database->Run("INSERT INTO t VALUES (2)").ok());
  {
    auto part = Savepoint::Begin(*database);
    ASSERT_TRUE(database->Run("INSERT INTO t VALUES (3)").ok());
  }
  ASSERT_TRUE(transaction->Commit().ok());
  EXPECT_EQ(Scalar(*database, "SELECT group_concat(a) FROM t"), "2");
}

TEST(Database, AConnectionForQueriesChangesNothingAndSeesWhatIsCommitted) {
  TempDir dir;
  auto writer = OpenOk(dir / "a.db");
  ASSERT_TRUE(writer->Execute("CREATE TABLE t (a INTEGER) STRICT").ok());
  auto reader = Database::Open(dir / "a.db", Database::Access::kQueries);
  ASSERT_TRUE(reader.ok()) << reader.status();
  EXPECT_TRUE(absl::IsPermissionDenied((*reader)->Run("INSERT INTO t VALUES (1)")));
  auto transaction = Transaction::Begin(*writer);
  ASSERT_TRUE(writer->Run("INSERT INTO t VALUES (1)").ok());
  EXPECT_EQ(Scalar(**reader, "SELECT count(*) FROM t"), "0");
  ASSERT_TRUE(transaction->Commit().ok());
  EXPECT_EQ(Scalar(**reader, "SELECT count(*) FROM t"), "1");
}

TEST(Database, SaysWhichDirectoryIsMissing) {
  TempDir dir;
  EXPECT_THAT(OpenError(dir / "no/such/a.db"),
              AllOf(HasSubstr(dir / "no/such does not exist"), HasSubstr("--db")));
  EXPECT_THAT(OpenError(dir.path()), HasSubstr("this is a directory"));
  ASSERT_TRUE(WriteFile(dir / "file", "x").ok());
  EXPECT_THAT(OpenError(dir / "file/a.db"), HasSubstr("is not a directory"));
  EXPECT_FALSE(Database::Open(dir / "absent.db", Database::Access::kQueries).ok());
}

TEST(Database, RefusesAFileThatIsNoDatabase) {
  TempDir dir;
  ASSERT_TRUE(WriteFile(dir / "a.db", std::string(5000, 'x')).ok());
  EXPECT_THAT(OpenError(dir / "a.db"),
              AllOf(HasSubstr("DATA_LOSS"), HasSubstr("no SQLite database"), HasSubstr("--db")));
  EXPECT_EQ(*ReadFile(dir / "a.db"), std::string(5000, 'x'));
}

TEST(Database, SaysThatAPageIsDamaged) {
  TempDir dir;
  {
    auto database = OpenOk(dir / "a.db");
    ASSERT_TRUE(database->Execute("CREATE TABLE t (a TEXT) STRICT").ok());
    ASSERT_TRUE(database->Run("INSERT INTO t VALUES (?)", std::string(100, 'y')).ok());
  }
  std::string content = *ReadFile(dir / "a.db");
  ASSERT_GE(content.size(), 8192u);
  for (size_t i = 4096; i < 8192; ++i) content[i] = '\x5a';
  ASSERT_TRUE(WriteFile(dir / "a.db", content).ok());
  auto database = OpenOk(dir / "a.db");
  absl::Status read = database->Run("SELECT a FROM t");
  EXPECT_TRUE(absl::IsDataLoss(read)) << read;
  EXPECT_THAT(std::string(read.message()), AllOf(HasSubstr(dir / "a.db"), HasSubstr("backup")));
}

// The calling thread as another user, for files only; root may write anything otherwise.
class AsNobody {
 public:
  AsNobody() { setfsuid(65534); }
  ~AsNobody() { setfsuid(geteuid()); }
};

TEST(Database, SaysThatItIsReadOnlyOrMayNotBeWritten) {
  if (geteuid() != 0) GTEST_SKIP() << "needs root to act as another user";
  TempDir dir;
  OpenOk(dir / "a.db").reset();
  ASSERT_EQ(chmod(dir.path().c_str(), 0755), 0);
  ASSERT_EQ(chmod((dir / "a.db").c_str(), 0644), 0);
  AsNobody nobody;
  EXPECT_THAT(OpenError(dir / "a.db"),
              AllOf(HasSubstr("PERMISSION_DENIED"), HasSubstr("--db"), HasSubstr(dir / "a.db")));
  EXPECT_THAT(OpenError(dir / "new.db"),
              AllOf(HasSubstr("PERMISSION_DENIED"), HasSubstr("--db"), HasSubstr(dir.path())));
}

TEST(FileLock, IsHeldByOneAndNamesIt) {
  TempDir dir;
  auto first = FileLock::Acquire(dir / "a.lock");
  ASSERT_TRUE(first.ok()) << first.status();
  auto second = FileLock::Acquire(dir / "a.lock");
  EXPECT_TRUE(absl::IsAlreadyExists(second.status()));
  EXPECT_THAT(std::string(second.status().message()), HasSubstr(std::to_string(getpid())));
  first = absl::CancelledError("released");
  EXPECT_TRUE(FileLock::Acquire(dir / "a.lock").ok());
}

}  // namespace
}  // namespace bench
