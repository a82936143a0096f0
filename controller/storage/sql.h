// Pieces of SQL made of one list of column names, so that what is written and what is read can't
// drift apart. Pure.
#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace bench {

using ColumnNames = absl::Span<const absl::string_view>;

std::string ColumnList(ColumnNames columns);                           // "a, b, c"
std::string ColumnList(absl::string_view table, ColumnNames columns);  // "t.a, t.b, t.c"
// "INSERT INTO t (a, b) VALUES (?, ?)"
std::string InsertSql(absl::string_view table, ColumnNames columns);
// The same; a row with these keys is overwritten in place.
std::string UpsertSql(absl::string_view table, ColumnNames columns, ColumnNames keys);
// The smallest text that is greater than all texts that begin with `prefix`.
std::string AfterPrefix(absl::string_view prefix);

}  // namespace bench
