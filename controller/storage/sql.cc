#include "controller/storage/sql.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace bench {

std::string ColumnList(ColumnNames columns) {
  return absl::StrJoin(columns, ", ");
}

std::string ColumnList(absl::string_view table, ColumnNames columns) {
  return absl::StrJoin(columns, ", ", [table](std::string* out, absl::string_view column) {
    absl::StrAppend(out, table, ".", column);
  });
}

std::string InsertSql(absl::string_view table, ColumnNames columns) {
  return absl::StrCat("INSERT INTO ", table, " (", ColumnList(columns), ") VALUES (",
                      absl::StrJoin(std::vector<absl::string_view>(columns.size(), "?"), ", "),
                      ")");
}

std::string UpsertSql(absl::string_view table, ColumnNames columns, ColumnNames keys) {
  std::vector<std::string> updates;
  for (absl::string_view column : columns) {
    if (std::find(keys.begin(), keys.end(), column) != keys.end()) continue;
    updates.push_back(absl::StrCat(column, " = excluded.", column));
  }
  return absl::StrCat(InsertSql(table, columns), " ON CONFLICT (", ColumnList(keys),
                      ") DO UPDATE SET ", absl::StrJoin(updates, ", "));
}

std::string AfterPrefix(absl::string_view prefix) {
  // No byte of UTF-8 text is 0xff.
  return absl::StrCat(prefix, "\xff");
}

}  // namespace bench
