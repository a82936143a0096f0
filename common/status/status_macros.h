// How errors travel here: every fallible function of ours returns absl::Status or absl::StatusOr,
// nothing throws across our own functions, and a message says what was wrong and what to do.
#pragma once

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace bench {

// The same code, with `context` before the message: "opening the database: disk full".
inline absl::Status Annotate(const absl::Status& status, absl::string_view context) {
  if (status.ok()) return status;
  return absl::Status(status.code(), absl::StrCat(context, ": ", status.message()));
}

}  // namespace bench

// NOLINTBEGIN(bugprone-macro-parentheses): a declaration can't stand in parentheses.
#define BENCH_CONCAT_INNER(a, b) a##b
#define BENCH_CONCAT(a, b) BENCH_CONCAT_INNER(a, b)

#define BENCH_RETURN_IF_ERROR(expr)                               \
  do {                                                            \
    if (absl::Status bench_status = (expr); !bench_status.ok()) { \
      return bench_status;                                        \
    }                                                             \
  } while (false)

// BENCH_ASSIGN_OR_RETURN(auto value, Compute());
#define BENCH_ASSIGN_OR_RETURN(lhs, expr) \
  BENCH_ASSIGN_OR_RETURN_IMPL(BENCH_CONCAT(bench_statusor_, __LINE__), lhs, expr)
#define BENCH_ASSIGN_OR_RETURN_IMPL(var, lhs, expr) \
  auto var = (expr);                                \
  if (!var.ok()) return std::move(var).status();    \
  lhs = *std::move(var)
// NOLINTEND(bugprone-macro-parentheses)
