// System calls as the actions make them: exactly one call each, without libc's cancellation points
// and without its choice of another call (open as openat, and so on).
#pragma once

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace bench {

inline int RawOpen(const char* path, int flags, unsigned mode = 0) {
  return static_cast<int>(syscall(SYS_openat, AT_FDCWD, path, flags, mode));
}

// Also called with the -1 of an open that failed: the number of system calls stays the same.
inline void RawClose(int fd) {
  syscall(SYS_close, fd);
}

}  // namespace bench
