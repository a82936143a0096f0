// Reads the text of /proc/self/mountinfo. Pure.
#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace bench {

struct MountEntry {
  std::string root;   // the part of the file system that is mounted: "/" unless it is a bind mount
  std::string point;  // where
  std::string type;   // "cgroup2"
  bool read_only = false;                  // at this mount point
  std::vector<std::string> super_options;  // "rw", "cpu", "cpuacct"
};

// In the order of the text; lines that are no mounts are left out.
std::vector<MountEntry> ParseMountInfo(absl::string_view text);

// Undoes the kernel's octal escapes of space, tab, newline and backslash: "a\040b" is "a b".
std::string UnescapeMountPath(absl::string_view text);

}  // namespace bench
