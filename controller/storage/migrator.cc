#include "controller/storage/migrator.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/status/status_macros.h"
#include "controller/storage/time_text.h"

namespace bench {
namespace {

constexpr char kCreate[] =
    "CREATE TABLE IF NOT EXISTS schema_migrations (\n"
    "  version    INTEGER PRIMARY KEY,\n"
    "  name       TEXT NOT NULL,\n"
    "  checksum   TEXT NOT NULL,\n"
    "  applied_at TEXT NOT NULL,\n"
    "  applied_by TEXT NOT NULL\n"
    ") STRICT";

struct Applied {
  int version = 0;
  std::string name;
  std::string checksum;
  std::string applied_by;
};

absl::StatusOr<std::vector<std::string>> Tables(Database& database) {
  BENCH_ASSIGN_OR_RETURN(Statement tables,
                         database.Prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND "
                                          "name NOT LIKE 'sqlite_%' ORDER BY name"));
  std::vector<std::string> names;
  for (;;) {
    BENCH_ASSIGN_OR_RETURN(bool row, tables.Step());
    if (!row) return names;
    names.push_back(tables.Text());
  }
}

// What was applied so far, checked against what we know; empty for a new file.
absl::StatusOr<std::vector<Applied>> CheckedHistory(Database& database,
                                                    absl::Span<const Migration> migrations,
                                                    absl::string_view program_version) {
  BENCH_ASSIGN_OR_RETURN(std::vector<std::string> tables, Tables(database));
  if (tables.empty()) return std::vector<Applied>();
  if (std::find(tables.begin(), tables.end(), "schema_migrations") == tables.end()) {
    return absl::FailedPreconditionError(absl::StrCat(
        "database ", database.path(), " belongs to another program (it has the tables ",
        absl::StrJoin(tables, ", "), "): name another file with --db"));
  }
  BENCH_ASSIGN_OR_RETURN(Statement rows,
                         database.Prepare("SELECT version, name, checksum, applied_by FROM "
                                          "schema_migrations ORDER BY version"));
  std::vector<Applied> history;
  for (;;) {
    BENCH_ASSIGN_OR_RETURN(bool row, rows.Step());
    if (!row) break;
    Applied& applied = history.emplace_back();
    applied.version = rows.Int();
    applied.name = rows.Text();
    applied.checksum = rows.Text();
    applied.applied_by = rows.Text();
  }
  int known = static_cast<int>(migrations.size());
  if (!history.empty() && history.back().version > known) {
    const Applied& newest = history.back();
    return absl::FailedPreconditionError(absl::StrCat(
        "database ", database.path(), " has schema version ", newest.version, " (", newest.name,
        ", written by release ", newest.applied_by, "), but this program (release ",
        program_version, ") knows versions up to ", known, " only: use release ", newest.applied_by,
        " or newer, or name another file with --db"));
  }
  for (size_t i = 0; i < history.size(); ++i) {
    const Applied& applied = history[i];
    if (applied.version != static_cast<int>(i) + 1) {
      return absl::DataLossError(absl::StrCat("database ", database.path(), ": migration ", i + 1,
                                              " is missing from schema_migrations: restore a "
                                              "backup, or name another file with --db"));
    }
    if (applied.checksum != migrations[i].checksum) {
      return absl::FailedPreconditionError(absl::StrCat(
          "database ", database.path(), ": migration ", applied.version, " (", applied.name,
          ") was applied with another content than this program has (checksum ",
          applied.checksum.substr(0, 12), "… there, ",
          absl::string_view(migrations[i].checksum).substr(0, 12),
          "… here): it was made by a different build (", applied.applied_by,
          "); use that build, or name another file with --db"));
    }
  }
  return history;
}

}  // namespace

absl::Status Migrate(Database& database, absl::Span<const Migration> migrations, absl::Time now,
                     absl::string_view program_version) {
  for (;;) {
    // Looked at first without a lock, so that an up-to-date database is opened without waiting.
    BENCH_ASSIGN_OR_RETURN(std::vector<Applied> before,
                           CheckedHistory(database, migrations, program_version));
    if (before.size() == migrations.size()) return absl::OkStatus();
    BENCH_ASSIGN_OR_RETURN(Transaction transaction, Transaction::Begin(database));
    BENCH_ASSIGN_OR_RETURN(std::vector<Applied> history,
                           CheckedHistory(database, migrations, program_version));
    if (history.size() == migrations.size()) return absl::OkStatus();
    const Migration& next = migrations[history.size()];
    std::string context = absl::StrCat("migration ", next.version, " (", next.name, ")");
    BENCH_RETURN_IF_ERROR(Annotate(database.Execute(kCreate), context));
    BENCH_RETURN_IF_ERROR(Annotate(database.Execute(next.sql), context));
    BENCH_RETURN_IF_ERROR(Annotate(
        database.Run("INSERT INTO schema_migrations (version, name, checksum, applied_at, "
                     "applied_by) VALUES (?, ?, ?, ?, ?)",
                     next.version, next.name, next.checksum, FormatTimeText(now), program_version),
        context));
    BENCH_RETURN_IF_ERROR(Annotate(transaction.Commit(), context));
  }
}

absl::Status CheckSchema(Database& database, absl::Span<const Migration> migrations,
                         absl::string_view program_version) {
  BENCH_ASSIGN_OR_RETURN(std::vector<Applied> history,
                         CheckedHistory(database, migrations, program_version));
  if (history.size() == migrations.size()) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("database ", database.path(), " has schema version ", history.size(),
                   ", this program needs ", migrations.size(),
                   ", and the process that works on the database is of an older release: end "
                   "that one first"));
}

}  // namespace bench
