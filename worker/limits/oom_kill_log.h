// Which processes were killed for a memory limit, from the kernel's own log. The count in a control
// group goes with the group, and systemd and container runtimes remove that as soon as it is empty;
// the log stays.
#pragma once

#include <sys/types.h>

#include <set>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/os/files.h"

namespace bench {

inline constexpr char kKernelLog[] = "/dev/kmsg";

// The process that a record of /dev/kmsg ("6,1204,57309952076,-;TEXT") says was killed for the
// memory of its control group; 0 = it says no such thing. Pure.
pid_t OomKilledProcess(absl::string_view record);

// Reads what the kernel says from the opening on. Not thread-safe.
class OomKillLog {
 public:
  // PERMISSION_DENIED and the like: this process may not read it (CAP_SYSLOG), or there is none.
  static absl::StatusOr<OomKillLog> Open(const std::string& path = kKernelLog);

  // Whether the process was killed so since. The kernel has written it down before the process can
  // be seen to have ended. Its pids are those of the host: inside another pid namespace none of
  // them is known, and the answer is no.
  bool Killed(pid_t pid);

 private:
  explicit OomKillLog(UniqueFd fd) : fd_(std::move(fd)) {}

  UniqueFd fd_;
  std::set<pid_t> killed_;
};

}  // namespace bench
