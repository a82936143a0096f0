// The calls whose effect in a cgroup file system differs from that in an ordinary one: a directory
// comes and goes with its files, and a write can be refused or rounded. Reading needs no such seam.
#pragma once

#include <sys/types.h>

#include <string>

#include "absl/strings/string_view.h"

namespace bench {

// Each call but the last gives 0 or an errno. Thread-safe.
class CgroupKernel {
 public:
  virtual ~CgroupKernel() = default;
  virtual int MakeDirectory(const std::string& path) = 0;
  virtual int RemoveDirectory(const std::string& path) = 0;
  // Into an existing file.
  virtual int Write(const std::string& path, absl::string_view text) = 0;
  virtual int Kill(pid_t pid) = 0;  // SIGKILL
  // Whether the directory is in a cgroup file system, v1 or v2.
  virtual bool IsCgroup(const std::string& directory) = 0;
};

// Process-wide, never destroyed.
CgroupKernel& RealCgroupKernel();

}  // namespace bench
