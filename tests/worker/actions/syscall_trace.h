// Which system calls a piece of code really makes: it runs in a forked child under ptrace.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace bench {

struct TracedSyscall {
  uint64_t number = 0;
  uint64_t args[3] = {};
  int64_t result = 0;
  std::string path;  // of openat
};

// The calls that `body` makes between two calls of MarkTrace(). UNAVAILABLE where ptrace is not
// allowed.
absl::StatusOr<std::vector<TracedSyscall>> TraceSyscalls(const std::function<void()>& body);
void MarkTrace();

// What `body` returns in a forked child: for changes of privilege or of mounts.
std::string InChild(const std::function<std::string()>& body);

}  // namespace bench
