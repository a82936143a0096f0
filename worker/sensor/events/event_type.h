// The kinds of events that the sensor knows, and which system calls it captures. Pure tables.
#pragma once

#include <cstdint>
#include <vector>

#include "absl/strings/string_view.h"
#include "worker/sensor/bpf/event.h"

namespace bench::sensor {

enum class EventType : uint16_t {
  kNone = 0,
  kFork = BENCH_TYPE_FORK,
  kExec = BENCH_TYPE_EXEC,  // a program was started; failed attempts are kExecve and kExecveat
  kProcExit = BENCH_TYPE_EXIT,
  // One for each captured system call, in the order of the table in event_type.cc.
  kOpen = BENCH_TYPE_FIRST_SYSCALL,
  kOpenat,
  kOpenat2,
  kCreat,
  kOpenByHandleAt,
  kClose,
  kClone,
  kClone3,
  kForkCall,
  kVfork,
  kExecve,
  kExecveat,
  kConnect,
  kChdir,
  kFchdir,
  kChroot,
  kMkdir,
  kMkdirat,
  kRmdir,
  kUnlink,
  kUnlinkat,
  kRename,
  kRenameat,
  kRenameat2,
  kLink,
  kLinkat,
  kSymlink,
  kSymlinkat,
  kChmod,
  kFchmod,
  kFchmodat,
  kChown,
  kLchown,
  kFchown,
  kFchownat,
  kMknod,
  kMknodat,
  kDup,
  kDup2,
  kDup3,
  kFcntl,
  kPrlimit64,
  kPipe,
  kPipe2,
  kSocket,
  kSocketpair,
  kAccept,
  kAccept4,
  kBind,
  kListen,
  kShutdown,
  kSetns,
  kUnshare,
  kPtrace,
  kMount,
  kUmount2,
  kSetuid,
  kSetgid,
  kSetreuid,
  kSetresuid,
  kSetresgid,
  kSetsid,
  kCapset,
  kPrctl,
  kBpf,
  kInitModule,
  kFinitModule,
  kMemfdCreate,
  kEventfd2,
  kEpollCreate1,
  kInotifyInit1,
  kSignalfd4,
  kTimerfdCreate,
  kUserfaultfd,
  kIoUringSetup,
  kPidfdOpen,
};
inline constexpr int kEventTypes = static_cast<int>(EventType::kPidfdOpen) + 1;

struct EventTypeInfo {
  EventType type;
  const char* name;            // what rules and alerts call it; several types may share a name
  int syscall = -1;            // its number on this architecture; -1 = none
  bench_syscall capture = {};  // for the kernel side; unused if there is no such system call
};

// All types, in the order of the enum but for kNone.
const std::vector<EventTypeInfo>& AllEventTypes();
const char* EventTypeName(EventType type);  // "?" for what is none
// How many system calls the table captures on this architecture.
int CapturedSyscallCount();

}  // namespace bench::sensor
