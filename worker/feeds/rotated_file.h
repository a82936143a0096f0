// Finds the file that a process goes on writing to after it was rotated away: Falco opens its
// metrics file once and for all, and its alert file until it is sent SIGUSR1.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace bench {

struct RotatedFile {
  std::string open_as;  // "/proc/812/fd/7": opens it, whatever its name is now
  std::string name;     // "/var/log/falco.json.1", as the process sees it; may be removed by now
};

// Of the file that process `pid` shall write to by its configuration, `path` as we find it. Unset
// where nothing was rotated: the process has that file open, or the file holds something, or the
// process has no file open for writing that was in the same directory and has the name of one that
// was rotated. `proc` is "/proc" but for tests. Thread-safe.
std::optional<RotatedFile> FindRotatedFile(pid_t pid, const std::string& path,
                                           const std::string& proc = "/proc");

// Whether a rotation may have made `name` out of `original` (both without directories):
// falco.json.1, falco.json-20261123, falco-20261123.json, falco.json.old. Pure.
bool IsRotatedName(absl::string_view original, absl::string_view name);

}  // namespace bench
