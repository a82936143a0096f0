#include "controller/storage/resolve.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/status/status_macros.h"
#include "controller/storage/sql.h"

namespace bench {

absl::StatusOr<std::string> ResolveId(Database& database, absl::string_view table,
                                      absl::string_view what, absl::string_view prefix) {
  if (prefix.empty()) return absl::InvalidArgumentError(absl::StrCat("no ", what, " id is given"));
  BENCH_ASSIGN_OR_RETURN(Statement rows, database.Prepare(absl::StrCat(
                                             "SELECT id FROM ", table,
                                             " WHERE id >= ? AND id < ? ORDER BY id LIMIT 4")));
  rows.Bind(prefix, AfterPrefix(prefix));
  std::vector<std::string> ids;
  for (;;) {
    BENCH_ASSIGN_OR_RETURN(bool row, rows.Step());
    if (!row) break;
    ids.push_back(rows.Text());
    if (ids.back() == prefix) return ids.back();
  }
  if (ids.size() == 1) return ids.front();
  if (ids.empty()) {
    return absl::NotFoundError(absl::StrCat("no ", what, " has an id that begins with '", prefix,
                                            "': `benchctl ", what, "s list` shows them"));
  }
  return absl::InvalidArgumentError(
      absl::StrCat("'", prefix, "' could be ", ids.size() == 4 ? "many " : "", what, "s (",
                   absl::StrJoin(ids, ", "), "): give more characters"));
}

}  // namespace bench
