#include "worker/sensor/events/event_type.h"

#include <sys/syscall.h>

#include <algorithm>
#include <array>

// Calls that newer architectures no longer have.
#ifndef SYS_open
#define SYS_open (-1)
#define SYS_creat (-1)
#define SYS_fork (-1)
#define SYS_vfork (-1)
#define SYS_mkdir (-1)
#define SYS_rmdir (-1)
#define SYS_unlink (-1)
#define SYS_rename (-1)
#define SYS_link (-1)
#define SYS_symlink (-1)
#define SYS_chmod (-1)
#define SYS_chown (-1)
#define SYS_lchown (-1)
#define SYS_mknod (-1)
#define SYS_dup2 (-1)
#define SYS_pipe (-1)
#endif
#ifndef SYS_renameat
#define SYS_renameat (-1)
#endif

namespace bench::sensor {
namespace {

EventTypeInfo Row(EventType type, const char* name, int syscall, bench_shape shape,
                  bench_class drop_class, int path_arg = 0, int second_path_arg = 0) {
  EventTypeInfo row{type, name, syscall, {}};
  row.capture.type = static_cast<uint16_t>(type);
  row.capture.shape = shape;
  row.capture.drop_class = drop_class;
  row.capture.path_arg = static_cast<uint8_t>(path_arg);
  row.capture.second_path_arg = static_cast<uint8_t>(second_path_arg);
  row.capture.skip_zero_return =
      drop_class == BENCH_CLASS_CLONE_FORK || drop_class == BENCH_CLASS_EXECVE;
  return row;
}

// clang-format off
std::vector<EventTypeInfo> MakeTable() {
  using enum EventType;
  constexpr bench_shape kFixed = BENCH_SHAPE_FIXED, kPath = BENCH_SHAPE_PATH,
                        kTwoPaths = BENCH_SHAPE_TWO_PATHS, kFdPair = BENCH_SHAPE_FD_PAIR,
                        kSockaddr = BENCH_SHAPE_SOCKADDR, kPeer = BENCH_SHAPE_PEER;
  constexpr bench_class kOpens = BENCH_CLASS_OPEN, kForks = BENCH_CLASS_CLONE_FORK,
                        kExecs = BENCH_CLASS_EXECVE, kFiles = BENCH_CLASS_DIR_FILE,
                        kOther = BENCH_CLASS_OTHER;
  return {
      {kFork, "sched_fork"},
      {kExec, "execve"},
      {kProcExit, "procexit"},
      Row(kOpen, "open", SYS_open, kPath, kOpens, 0),
      Row(kOpenat, "openat", SYS_openat, kPath, kOpens, 1),
      Row(kOpenat2, "openat2", SYS_openat2, BENCH_SHAPE_OPEN_HOW, kOpens, 1),
      Row(kCreat, "creat", SYS_creat, kPath, kOpens, 0),
      Row(kOpenByHandleAt, "open_by_handle_at", SYS_open_by_handle_at, kFixed, kOpens),
      Row(kClose, "close", SYS_close, kFixed, BENCH_CLASS_CLOSE),
      Row(kClone, "clone", SYS_clone, kFixed, kForks),
      Row(kClone3, "clone3", SYS_clone3, kFixed, kForks),
      Row(kForkCall, "fork", SYS_fork, kFixed, kForks),
      Row(kVfork, "vfork", SYS_vfork, kFixed, kForks),
      Row(kExecve, "execve", SYS_execve, kPath, kExecs, 0),
      Row(kExecveat, "execveat", SYS_execveat, kPath, kExecs, 1),
      Row(kConnect, "connect", SYS_connect, kSockaddr, BENCH_CLASS_CONNECT, 1),
      Row(kChdir, "chdir", SYS_chdir, kPath, kFiles, 0),
      Row(kFchdir, "fchdir", SYS_fchdir, kFixed, kFiles),
      Row(kChroot, "chroot", SYS_chroot, kPath, kFiles, 0),
      Row(kMkdir, "mkdir", SYS_mkdir, kPath, kFiles, 0),
      Row(kMkdirat, "mkdirat", SYS_mkdirat, kPath, kFiles, 1),
      Row(kRmdir, "rmdir", SYS_rmdir, kPath, kFiles, 0),
      Row(kUnlink, "unlink", SYS_unlink, kPath, kFiles, 0),
      Row(kUnlinkat, "unlinkat", SYS_unlinkat, kPath, kFiles, 1),
      Row(kRename, "rename", SYS_rename, kTwoPaths, kFiles, 0, 1),
      Row(kRenameat, "renameat", SYS_renameat, kTwoPaths, kFiles, 1, 3),
      Row(kRenameat2, "renameat2", SYS_renameat2, kTwoPaths, kFiles, 1, 3),
      Row(kLink, "link", SYS_link, kTwoPaths, kFiles, 0, 1),
      Row(kLinkat, "linkat", SYS_linkat, kTwoPaths, kFiles, 1, 3),
      Row(kSymlink, "symlink", SYS_symlink, kTwoPaths, kFiles, 0, 1),
      Row(kSymlinkat, "symlinkat", SYS_symlinkat, kTwoPaths, kFiles, 0, 2),
      Row(kChmod, "chmod", SYS_chmod, kPath, kFiles, 0),
      Row(kFchmod, "fchmod", SYS_fchmod, kFixed, kFiles),
      Row(kFchmodat, "fchmodat", SYS_fchmodat, kPath, kFiles, 1),
      Row(kChown, "chown", SYS_chown, kPath, kFiles, 0),
      Row(kLchown, "lchown", SYS_lchown, kPath, kFiles, 0),
      Row(kFchown, "fchown", SYS_fchown, kFixed, kFiles),
      Row(kFchownat, "fchownat", SYS_fchownat, kPath, kFiles, 1),
      Row(kMknod, "mknod", SYS_mknod, kPath, kFiles, 0),
      Row(kMknodat, "mknodat", SYS_mknodat, kPath, kFiles, 1),
      Row(kDup, "dup", SYS_dup, kFixed, kOther),
      Row(kDup2, "dup2", SYS_dup2, kFixed, kOther),
      Row(kDup3, "dup3", SYS_dup3, kFixed, kOther),
      Row(kFcntl, "fcntl", SYS_fcntl, kFixed, kOther),
      Row(kPrlimit64, "prlimit", SYS_prlimit64, kFixed, kOther),
      Row(kPipe, "pipe", SYS_pipe, kFdPair, kOther, 0),
      Row(kPipe2, "pipe2", SYS_pipe2, kFdPair, kOther, 0),
      Row(kSocket, "socket", SYS_socket, kFixed, kOther),
      Row(kSocketpair, "socketpair", SYS_socketpair, kFdPair, kOther, 3),
      Row(kAccept, "accept", SYS_accept, kPeer, kOther, 1),
      Row(kAccept4, "accept4", SYS_accept4, kPeer, kOther, 1),
      Row(kBind, "bind", SYS_bind, kSockaddr, kOther, 1),
      Row(kListen, "listen", SYS_listen, kFixed, kOther),
      Row(kShutdown, "shutdown", SYS_shutdown, kFixed, kOther),
      Row(kSetns, "setns", SYS_setns, kFixed, kOther),
      Row(kUnshare, "unshare", SYS_unshare, kFixed, kOther),
      Row(kPtrace, "ptrace", SYS_ptrace, kFixed, kOther),
      Row(kMount, "mount", SYS_mount, kTwoPaths, kOther, 0, 1),
      Row(kUmount2, "umount2", SYS_umount2, kPath, kOther, 0),
      Row(kSetuid, "setuid", SYS_setuid, kFixed, kOther),
      Row(kSetgid, "setgid", SYS_setgid, kFixed, kOther),
      Row(kSetreuid, "setreuid", SYS_setreuid, kFixed, kOther),
      Row(kSetresuid, "setresuid", SYS_setresuid, kFixed, kOther),
      Row(kSetresgid, "setresgid", SYS_setresgid, kFixed, kOther),
      Row(kSetsid, "setsid", SYS_setsid, kFixed, kOther),
      Row(kCapset, "capset", SYS_capset, kFixed, kOther),
      Row(kPrctl, "prctl", SYS_prctl, BENCH_SHAPE_PRCTL, kOther, 1),
      Row(kBpf, "bpf", SYS_bpf, kFixed, kOther),
      Row(kInitModule, "init_module", SYS_init_module, kFixed, kOther),
      Row(kFinitModule, "finit_module", SYS_finit_module, kFixed, kOther),
      Row(kMemfdCreate, "memfd_create", SYS_memfd_create, kPath, kOther, 0),
      Row(kEventfd2, "eventfd2", SYS_eventfd2, kFixed, kOther),
      Row(kEpollCreate1, "epoll_create1", SYS_epoll_create1, kFixed, kOther),
      Row(kInotifyInit1, "inotify_init1", SYS_inotify_init1, kFixed, kOther),
      Row(kSignalfd4, "signalfd4", SYS_signalfd4, kFixed, kOther),
      Row(kTimerfdCreate, "timerfd_create", SYS_timerfd_create, kFixed, kOther),
      Row(kUserfaultfd, "userfaultfd", SYS_userfaultfd, kFixed, kOther),
      Row(kIoUringSetup, "io_uring_setup", SYS_io_uring_setup, kFixed, kOther),
      Row(kPidfdOpen, "pidfd_open", SYS_pidfd_open, kFixed, kOther),
  };
}
// clang-format on

}  // namespace

const std::vector<EventTypeInfo>& AllEventTypes() {
  static const std::vector<EventTypeInfo>& table = *new std::vector<EventTypeInfo>(MakeTable());
  return table;
}

const char* EventTypeName(EventType type) {
  static const std::array<const char*, kEventTypes>& names = *[] {
    auto* by_type = new std::array<const char*, kEventTypes>;
    by_type->fill("?");
    for (const EventTypeInfo& info : AllEventTypes()) {
      (*by_type)[static_cast<size_t>(info.type)] = info.name;
    }
    return by_type;
  }();
  auto index = static_cast<size_t>(type);
  return index < names.size() ? names[index] : "?";
}

int CapturedSyscallCount() {
  const std::vector<EventTypeInfo>& table = AllEventTypes();
  return static_cast<int>(std::count_if(
      table.begin(), table.end(), [](const EventTypeInfo& info) { return info.syscall >= 0; }));
}

}  // namespace bench::sensor
