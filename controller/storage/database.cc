#include "controller/storage/database.h"

#include <sqlite3.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/status/status_macros.h"

namespace bench {
namespace {

// Long enough for another process's commit, short enough for a caller's deadline.
constexpr int kBusyTimeoutMs = 5000;
constexpr absl::string_view kOtherFile = "name another file with --db";

// Why a file could not be opened, in the words of who must mend it.
absl::Status CannotOpen(const std::string& path, int error) {
  std::filesystem::path parent = std::filesystem::path(path).parent_path();
  std::string directory = parent.empty() ? std::string(".") : parent.string();
  struct stat info = {};
  if (stat(directory.c_str(), &info) != 0) {
    return absl::NotFoundError(absl::StrCat("database ", path, ": the directory ", directory,
                                            " does not exist: create it, or ", kOtherFile));
  }
  if (!S_ISDIR(info.st_mode)) {
    return absl::InvalidArgumentError(
        absl::StrCat("database ", path, ": ", directory, " is not a directory: ", kOtherFile));
  }
  if (stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode)) {
    return absl::InvalidArgumentError(
        absl::StrCat("database ", path, ": this is a directory: name a file in it with --db"));
  }
  return absl::PermissionDeniedError(
      absl::StrCat("database ", path, " can't be opened", error != 0 ? ": " : "",
                   error != 0 ? std::strerror(error) : "", ": check the permissions of the file ",
                   "and of ", directory, ", or ", kOtherFile));
}

absl::StatusCode CodeOf(int code) {
  switch (code & 0xff) {
    case SQLITE_CONSTRAINT:
      return code == SQLITE_CONSTRAINT_UNIQUE || code == SQLITE_CONSTRAINT_PRIMARYKEY
                 ? absl::StatusCode::kAlreadyExists
                 : absl::StatusCode::kFailedPrecondition;
    case SQLITE_FULL:
      return absl::StatusCode::kResourceExhausted;
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_CANTOPEN:
      return absl::StatusCode::kPermissionDenied;
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
      return absl::StatusCode::kDataLoss;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_IOERR:
      return absl::StatusCode::kUnavailable;
    default:
      return absl::StatusCode::kInternal;
  }
}

absl::string_view WhatToDo(int code) {
  switch (code & 0xff) {
    case SQLITE_FULL:
      return ": the disk is full: make room, nothing that was stored is lost";
    case SQLITE_READONLY:
    case SQLITE_PERM:
      return ": make the file and its directory writable, or name another file with --db";
    case SQLITE_CANTOPEN:
      return ": check the permissions of the file and its directory, or name another file with "
             "--db";
    case SQLITE_NOTADB:
      return ": this is no SQLite database, or a damaged one: move it away, or name another file "
             "with --db";
    case SQLITE_CORRUPT:
      return ": the file is damaged: restore a backup, save what is left with `sqlite3 FILE "
             ".recover`, or name another file with --db";
    case SQLITE_BUSY:
      return ": another process has held it for too long: end that one, or try again";
    default:
      return "";
  }
}

}  // namespace

absl::StatusOr<std::unique_ptr<Database>> Database::Open(const std::string& path, Access access) {
  sqlite3* handle = nullptr;
  int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  if (access == Access::kReadWrite) flags |= SQLITE_OPEN_CREATE;
  int code = sqlite3_open_v2(path.c_str(), &handle, flags, nullptr);
  if (handle == nullptr) return absl::ResourceExhaustedError("no memory for a database connection");
  std::unique_ptr<Database> database(new Database(path, handle));
  if ((code & 0xff) == SQLITE_CANTOPEN) return CannotOpen(path, sqlite3_system_errno(handle));
  if (code != SQLITE_OK) return database->Error(code, "opening it");
  BENCH_RETURN_IF_ERROR(database->Configure(access));
  return database;
}

absl::Status Database::Configure(Access access) {
  sqlite3_busy_timeout(handle_, kBusyTimeoutMs);
  if (sqlite3_db_readonly(handle_, "main") == 1) return Error(SQLITE_READONLY, "opening it");
  // WAL: a reader never waits for the writer, and a killed process leaves a consistent file.
  {
    BENCH_ASSIGN_OR_RETURN(Statement wal, Prepare("PRAGMA journal_mode = WAL"));
    BENCH_ASSIGN_OR_RETURN(bool row, wal.Step());
    std::string mode = row ? wal.Text() : "";
    if (mode != "wal") {
      return absl::FailedPreconditionError(
          absl::StrCat("database ", path_, ": its file system can't do write-ahead logging (mode ",
                       mode, "), as some network ones: ", kOtherFile));
    }
  }
  BENCH_RETURN_IF_ERROR(Run("PRAGMA foreign_keys = ON"));
  BENCH_RETURN_IF_ERROR(Run("PRAGMA synchronous = FULL"));
  BENCH_RETURN_IF_ERROR(Run("PRAGMA cache_size = -16384"));  // KiB
  if (access == Access::kQueries) BENCH_RETURN_IF_ERROR(Run("PRAGMA query_only = ON"));
  return absl::OkStatus();
}

Database::~Database() {
  for (auto& [sql, statements] : idle_) {
    for (sqlite3_stmt* statement : statements) sqlite3_finalize(statement);
  }
  sqlite3_close(handle_);
}

absl::StatusOr<Statement> Database::Prepare(absl::string_view sql) {
  std::string text(sql);
  std::vector<sqlite3_stmt*>& idle = idle_[text];
  if (!idle.empty()) {
    sqlite3_stmt* statement = idle.back();
    idle.pop_back();
    return Statement(*this, std::move(text), statement);
  }
  sqlite3_stmt* statement = nullptr;
  int code = sqlite3_prepare_v3(handle_, text.c_str(), static_cast<int>(text.size() + 1),
                                SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (code != SQLITE_OK) return Error(code, text);
  return Statement(*this, std::move(text), statement);
}

void Database::Recycle(const std::string& sql, sqlite3_stmt* statement) {
  sqlite3_reset(statement);
  sqlite3_clear_bindings(statement);
  idle_[sql].push_back(statement);
}

absl::Status Database::Execute(const std::string& sql) {
  int code = sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr);
  return code == SQLITE_OK ? absl::OkStatus() : Error(code, sql);
}

int64_t Database::changes() const {
  return sqlite3_changes64(handle_);
}

bool Database::in_transaction() const {
  return sqlite3_get_autocommit(handle_) == 0;
}

absl::Status Database::Error(int code, absl::string_view doing) const {
  constexpr size_t kEnough = 60;  // of a statement, to find it by
  bool known =
      sqlite3_errcode(handle_) == (code & 0xff) || sqlite3_extended_errcode(handle_) == code;
  std::string message = known ? sqlite3_errmsg(handle_) : sqlite3_errstr(code);
  if ((code & 0xff) == SQLITE_IOERR || (code & 0xff) == SQLITE_CANTOPEN) {
    int error = sqlite3_system_errno(handle_);
    if (error != 0) absl::StrAppend(&message, " (", std::strerror(error), ")");
  }
  return absl::Status(CodeOf(code), absl::StrCat("database ", path_, ": ", message, " (",
                                                 doing.substr(0, kEnough), ")", WhatToDo(code)));
}

absl::StatusOr<Transaction> Transaction::Begin(Database& database) {
  BENCH_RETURN_IF_ERROR(database.Run("BEGIN IMMEDIATE"));
  return Transaction(database);
}

Transaction::~Transaction() {
  if (database_ != nullptr && database_->in_transaction()) database_->Run("ROLLBACK").IgnoreError();
}

absl::Status Transaction::Commit() {
  BENCH_RETURN_IF_ERROR(database_->Run("COMMIT"));
  database_ = nullptr;
  return absl::OkStatus();
}

absl::StatusOr<Savepoint> Savepoint::Begin(Database& database) {
  BENCH_RETURN_IF_ERROR(database.Run("SAVEPOINT part"));
  return Savepoint(database);
}

Savepoint::~Savepoint() {
  if (database_ == nullptr || !database_->in_transaction()) return;
  database_->Run("ROLLBACK TO part").IgnoreError();
  database_->Run("RELEASE part").IgnoreError();
}

absl::Status Savepoint::Release() {
  BENCH_RETURN_IF_ERROR(database_->Run("RELEASE part"));
  database_ = nullptr;
  return absl::OkStatus();
}

}  // namespace bench
