// CPU and memory limits by control groups, v1 and v2 behind one interface.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace bench {

// The directories of one group. On v2 `unified` alone is set; on v1 one in each controller's
// hierarchy (cpu and cpuacct may be one or two).
struct CgroupDirectories {
  int version = 0;  // 1 or 2
  std::string unified;
  std::string cpu;
  std::string cpuacct;
  std::string memory;
};

// Where the hierarchies are mounted.
using CgroupMounts = CgroupDirectories;

// Parses /proc/self/mountinfo's text and looks for usable controllers: v2 if its root offers cpu
// and memory (cgroup.controllers), else v1 if cpu, cpuacct and memory are mounted.
// FAILED_PRECONDITION says what is missing and what to do. `root` is put before each path that is
// read or returned ("" in real life, a fake tree in tests).
absl::StatusOr<CgroupMounts> DetectCgroups(absl::string_view mountinfo, const std::string& root);

// DetectCgroups of this host, as this process sees it.
absl::StatusOr<CgroupMounts> FindCgroups();

// Cumulative, but for memory_bytes, which is of now.
struct CgroupStats {
  absl::Duration cpu_usage;
  int64_t periods = 0;
  int64_t throttled_periods = 0;
  absl::Duration throttled;
  // The working set, as the kubelet counts it: what the group holds, less the cache of files that
  // the kernel would drop first (inactive_file). A sensor that writes alerts into a file fills that
  // cache without needing it.
  int64_t memory_bytes = 0;
  int64_t oom_kills = 0;
};

struct CgroupLimits {
  int32_t cpu_millis = 0;    // 0 = no limit
  int64_t memory_bytes = 0;  // 0 = no limit
};

// The limits and counters of one group, whosever it is. Not thread-safe, but Stats() may be called
// beside itself.
class LimitedGroup {
 public:
  virtual ~LimitedGroup() = default;
  // One on v2, up to three on v1.
  virtual std::vector<std::string> directories() const = 0;
  // Swap is limited with memory, so that the limit is a limit.
  virtual absl::Status SetMemory(int64_t memory_bytes) = 0;
  virtual absl::Status SetCpu(int32_t cpu_millis) = 0;
  // What the kernel says now; compare it with what was asked for.
  virtual absl::StatusOr<CgroupLimits> ReadBack() const = 0;
  virtual absl::StatusOr<CgroupStats> Stats() const = 0;
};

// One group of ours; its directories are to be journaled before they are made. The destructor
// removes the group as Remove() does.
class Cgroup : public LimitedGroup {
 public:
  // Files a process writes "0" (or a pid) into to join: one on v2, one a hierarchy on v1.
  virtual std::vector<std::string> procs_files() const = 0;
  // Kills what is left in it and removes it. Idempotent.
  virtual absl::Status Remove() = 0;
};

inline constexpr absl::Duration kCfsPeriod = absl::Milliseconds(100);

// How the names of all our groups begin; the journal's replay removes no others.
inline constexpr absl::string_view kCgroupPrefix = "falco-bench-";

// Makes the group `name` ("falco-bench-<run>") at the top of the hierarchies, enabling the
// controllers there on v2. `before_create`, if set, is told the directories first (to journal
// them). A group of that name that a killed benchmark left is removed first, with what is in it.
absl::StatusOr<std::unique_ptr<Cgroup>> CreateCgroup(
    const CgroupMounts& mounts, const std::string& name,
    const std::function<absl::Status(const std::vector<std::string>&)>& before_create);

// Kills the processes in a group's directory and removes it; ok if it is gone already. For the
// journal's replay, which knows only the path.
absl::Status RemoveCgroupDirectory(const std::string& directory);

}  // namespace bench
