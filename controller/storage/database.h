// SQLite behind absl::Status: connections, prepared statements, transactions. Nothing outside this
// folder sees SQLite.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "controller/storage/statement.h"

struct sqlite3;

namespace bench {

// One connection. Not thread-safe: each belongs to one thread. Other connections to the same file,
// in this process or another, are fine (WAL).
class Database {
 public:
  enum class Access {
    kReadWrite,  // the file is created if it isn't there
    kQueries,    // changes are refused; the file must be there
  };

  // Opens with WAL, foreign keys, synchronous=FULL and a busy timeout. FULL, since a worker forgets
  // what we have confirmed: a commit must survive a power cut, not only a crash of this process.
  // Errors name the path and what to do.
  static absl::StatusOr<std::unique_ptr<Database>> Open(const std::string& path, Access access);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  // Compiles `sql`, or takes it from the statements that were used before.
  absl::StatusOr<Statement> Prepare(absl::string_view sql);
  // Prepares, binds `values` in order and runs to the end; rows are thrown away.
  template <typename... Values>
  absl::Status Run(absl::string_view sql, const Values&... values);
  // Several statements without parameters, e.g. a migration.
  absl::Status Execute(const std::string& sql);

  // Rows that the last INSERT, UPDATE or DELETE touched.
  int64_t changes() const;
  // False after an error (disk full, I/O) that made SQLite roll the transaction back by itself.
  bool in_transaction() const;
  const std::string& path() const { return path_; }

 private:
  friend class Statement;
  Database(std::string path, sqlite3* handle) : path_(std::move(path)), handle_(handle) {}
  absl::Status Configure(Access access);
  absl::Status Error(int code, absl::string_view doing) const;
  void Recycle(const std::string& sql, sqlite3_stmt* statement);

  const std::string path_;
  sqlite3* const handle_;
  std::unordered_map<std::string, std::vector<sqlite3_stmt*>> idle_;  // ready for Prepare
};

// BEGIN IMMEDIATE … COMMIT; rolls back when it goes out of scope uncommitted. The database must
// outlive it.
class Transaction {
 public:
  static absl::StatusOr<Transaction> Begin(Database& database);
  Transaction(Transaction&& other) noexcept : database_(other.database_) {
    other.database_ = nullptr;
  }
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();
  // Durable when it returns ok; rolled back otherwise.
  absl::Status Commit();

 private:
  explicit Transaction(Database& database) : database_(&database) {}
  Database* database_;  // null: over
};

// The same inside a transaction, for one of its parts.
class Savepoint {
 public:
  static absl::StatusOr<Savepoint> Begin(Database& database);
  Savepoint(Savepoint&& other) noexcept : database_(other.database_) { other.database_ = nullptr; }
  Savepoint& operator=(Savepoint&&) = delete;
  ~Savepoint();
  absl::Status Release();

 private:
  explicit Savepoint(Database& database) : database_(&database) {}
  Database* database_;
};

template <typename... Values>
absl::Status Database::Run(absl::string_view sql, const Values&... values) {
  absl::StatusOr<Statement> statement = Prepare(sql);
  if (!statement.ok()) return statement.status();
  statement->Bind(values...);
  return statement->RunToEnd();
}

}  // namespace bench
