// Paths as rules see them: absolute, without "." and "..", lexically (no symlink is followed).
// Pure.
#pragma once

#include <string>

#include "absl/strings/string_view.h"

namespace bench::sensor {

// `path` seen from the directory `base` (absolute): "/etc" + "../tmp//x/." = "/tmp/x". An empty
// path gives an empty result.
std::string AbsolutePath(absl::string_view base, absl::string_view path);

// "/etc/shadow" -> "/etc" and "shadow"; "/x" -> "/" and "x".
absl::string_view DirectoryOf(absl::string_view path);
absl::string_view FileNameOf(absl::string_view path);

}  // namespace bench::sensor
