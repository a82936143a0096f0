#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

struct sqlite3_stmt;

namespace bench {

class Database;

struct SqlNull {};

// A prepared statement, in use by one owner; goes back to the database for reuse when destroyed.
// The database must outlive it. Parameters are bound in order, columns are read in order, so that
// one list of names serves for both. Not thread-safe.
class Statement {
 public:
  Statement(Statement&& other) noexcept;
  Statement& operator=(Statement&&) = delete;
  ~Statement();

  // Appends parameters. A double that is not a number is stored as NULL: not known.
  template <typename... Values>
  Statement& Bind(const Values&... values) {
    (BindOne(values), ...);
    return *this;
  }

  // The next row; false after the last one.
  absl::StatusOr<bool> Step();
  absl::Status RunToEnd();
  // Ready for other parameters and another run.
  void Reset();

  // The next column of the row. NULL reads as 0, "" or nullopt.
  int64_t Int64();
  int Int() { return static_cast<int>(Int64()); }
  bool Bool() { return Int64() != 0; }
  double Double();
  std::string Text();
  std::optional<std::string> OptionalText();
  bool NextIsNull() const;  // without moving on
  void Skip(int columns) { column_ += columns; }

 private:
  friend class Database;
  Statement(Database& database, std::string sql, sqlite3_stmt* handle);

  void BindOne(int64_t value);
  void BindOne(int32_t value) { BindOne(static_cast<int64_t>(value)); }
  void BindOne(bool value) { BindOne(static_cast<int64_t>(value)); }
  void BindOne(double value);
  void BindOne(absl::string_view value);  // copied
  void BindOne(const std::string& value) { BindOne(absl::string_view(value)); }
  void BindOne(const char* value) { BindOne(absl::string_view(value)); }
  void BindOne(SqlNull);
  template <typename T>
  void BindOne(const std::optional<T>& value) {
    if (value.has_value()) {
      BindOne(*value);
    } else {
      BindOne(SqlNull());
    }
  }
  void Check(int code);

  Database* database_;
  const std::string sql_;
  sqlite3_stmt* handle_;
  int parameter_ = 0;  // bound so far
  int column_ = 0;     // read so far
  absl::Status bind_error_;
};

}  // namespace bench
