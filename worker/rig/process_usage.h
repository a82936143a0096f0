// What a process has used so far, by /proc. Thread-safe.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <optional>

#include "absl/strings/string_view.h"

namespace bench {

using ThreadSeconds = std::map<pid_t, double>;  // by thread id

// CPU seconds of each of its threads; empty if it is gone.
ThreadSeconds ThreadCpuSeconds(pid_t pid);

// How long each of its threads was ready to run and waited for a CPU that others had. The time for
// which CFS throttled its group is in it, on the kernels of either model of throttling: a throttled
// thread stays runnable. Empty if it is gone, zeros where the kernel keeps no account
// (CONFIG_SCHED_INFO).
ThreadSeconds ThreadWaitSeconds(pid_t pid);
// Of the text of a thread's schedstat: nanoseconds on a CPU, nanoseconds waiting, slices.
std::optional<double> ParseWaitSeconds(absl::string_view schedstat);

// Of the thread that gained most; one that came in between began at 0. Pure.
double LargestGain(const ThreadSeconds& before, const ThreadSeconds& after);

// Its resident memory, without the page cache of the files that it writes; 0 if it is gone.
int64_t ResidentBytes(pid_t pid);

}  // namespace bench
