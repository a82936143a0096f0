#include "controller/storage/statement.h"

#include <sqlite3.h>

#include <cmath>
#include <utility>

#include "controller/storage/database.h"

namespace bench {

Statement::Statement(Database& database, std::string sql, sqlite3_stmt* handle)
    : database_(&database), sql_(std::move(sql)), handle_(handle) {}

Statement::Statement(Statement&& other) noexcept
    : database_(other.database_),
      sql_(other.sql_),
      handle_(std::exchange(other.handle_, nullptr)),
      parameter_(other.parameter_),
      column_(other.column_),
      bind_error_(std::move(other.bind_error_)) {}

Statement::~Statement() {
  if (handle_ != nullptr) database_->Recycle(sql_, handle_);
}

void Statement::Check(int code) {
  if (code != SQLITE_OK && bind_error_.ok()) bind_error_ = database_->Error(code, sql_);
}

void Statement::BindOne(int64_t value) {
  Check(sqlite3_bind_int64(handle_, ++parameter_, value));
}

void Statement::BindOne(double value) {
  if (std::isnan(value)) return BindOne(SqlNull());
  Check(sqlite3_bind_double(handle_, ++parameter_, value));
}

void Statement::BindOne(absl::string_view value) {
  // A null pointer would be NULL rather than the empty text.
  const char* data = value.data() == nullptr ? "" : value.data();
  Check(sqlite3_bind_text64(handle_, ++parameter_, data, value.size(), SQLITE_TRANSIENT,
                            SQLITE_UTF8));
}

void Statement::BindOne(SqlNull) {
  Check(sqlite3_bind_null(handle_, ++parameter_));
}

absl::StatusOr<bool> Statement::Step() {
  if (!bind_error_.ok()) return bind_error_;
  column_ = 0;
  int code = sqlite3_step(handle_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return database_->Error(code, sql_);
}

absl::Status Statement::RunToEnd() {
  for (;;) {
    absl::StatusOr<bool> row = Step();
    if (!row.ok()) return row.status();
    if (!*row) return absl::OkStatus();
  }
}

void Statement::Reset() {
  sqlite3_reset(handle_);
  parameter_ = 0;
  column_ = 0;
}

int64_t Statement::Int64() {
  return sqlite3_column_int64(handle_, column_++);
}

double Statement::Double() {
  return sqlite3_column_double(handle_, column_++);
}

std::string Statement::Text() {
  int column = column_++;
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(handle_, column));
  if (text == nullptr) return "";
  return std::string(text, static_cast<size_t>(sqlite3_column_bytes(handle_, column)));
}

std::optional<std::string> Statement::OptionalText() {
  if (NextIsNull()) {
    ++column_;
    return std::nullopt;
  }
  return Text();
}

bool Statement::NextIsNull() const {
  return sqlite3_column_type(handle_, column_) == SQLITE_NULL;
}

}  // namespace bench
