// What a process has used so far, by /proc. Thread-safe.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>

namespace bench {

// CPU seconds of each of its threads, by thread id; empty if it is gone.
std::map<pid_t, double> ThreadCpuSeconds(pid_t pid);

// Its resident memory, without the page cache of the files that it writes; 0 if it is gone.
int64_t ResidentBytes(pid_t pid);

}  // namespace bench
