#pragma once

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "common/os/files.h"

namespace bench {

// A recorded file of tests/testdata/falco.
inline std::string Recorded(absl::string_view name) {
  return *ReadFile(absl::StrCat(BENCH_TESTDATA_DIR, "/falco/", name));
}

inline std::vector<std::string> RecordedLines(absl::string_view name) {
  return absl::StrSplit(Recorded(name), '\n', absl::SkipEmpty());
}

}  // namespace bench
