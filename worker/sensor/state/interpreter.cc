#include "worker/sensor/state/interpreter.h"

#include <fcntl.h>
#include <linux/prctl.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "worker/sensor/state/path.h"
#include "worker/sensor/state/socket_name.h"

namespace bench::sensor {
namespace {

// The `index`th NUL-terminated string of the data.
absl::string_view StringAt(absl::string_view data, int index) {
  for (; index > 0; --index) {
    size_t end = data.find('\0');
    if (end == absl::string_view::npos) return {};
    data.remove_prefix(end + 1);
  }
  return data.substr(0, data.find('\0'));
}

std::vector<std::string> SplitArgs(absl::string_view block) {
  std::vector<std::string> args;
  while (!block.empty()) {
    size_t end = std::min(block.find('\0'), block.size());
    args.emplace_back(block.substr(0, end));
    block.remove_prefix(std::min(end + 1, block.size()));
  }
  return args;
}

void Reset(const bench_event& event, EventContext& context) {
  context.type = static_cast<EventType>(event.type);
  context.ret = event.ret;
  std::copy(std::begin(event.args), std::end(event.args), context.args);
  context.uid = event.uid;
  context.fd = -1;
  context.fd_kind = FdKind::kUnknown;
  context.fd_name.clear();
  context.open_flags = 0;
  context.mode = 0;
  context.path.clear();
  context.second_path.clear();
  context.raw_path.clear();
  context.peer_address.clear();
  context.peer_port = 0;
}

}  // namespace

void Interpreter::Interpret(const bench_event& event, absl::string_view data,
                            EventContext& context) {
  Reset(event, context);
  context.threads = threads_;
  context.thread = threads_->Get(static_cast<pid_t>(event.tid), static_cast<pid_t>(event.pid));
  context.thread->process->uid = event.uid;
  switch (context.type) {
    case EventType::kFork:
    case EventType::kExec:
    case EventType::kProcExit:
      return OnLifecycle(event, data, context);
    case EventType::kOpen:
    case EventType::kOpenat:
    case EventType::kOpenat2:
    case EventType::kCreat:
    case EventType::kOpenByHandleAt:
      return OnOpen(data, context);
    case EventType::kConnect:
    case EventType::kSocket:
    case EventType::kSocketpair:
    case EventType::kAccept:
    case EventType::kAccept4:
    case EventType::kBind:
    case EventType::kListen:
    case EventType::kShutdown:
      return OnSocketCall(data, context);
    case EventType::kPrctl:
      if (context.args[0] == PR_SET_NAME && context.ret == 0) {
        threads_->SetName(*context.thread, StringAt(data, 0));
      }
      return;
    default:
      if (!data.empty()) return OnFileCall(data, context);
      return OnDescriptorCall(context);
  }
}

void Interpreter::OnLifecycle(const bench_event& event, absl::string_view data,
                              EventContext& context) {
  const int32_t* args = context.args;
  if (context.type == EventType::kFork) {
    const auto shares = static_cast<uint32_t>(args[2]);
    ForkInfo fork;
    fork.child_tid = args[0];
    fork.child_pid = args[1];
    fork.parent_pid = args[3];
    fork.shares_files = (shares & BENCH_FORK_SHARES_FILES) != 0;
    fork.shares_fs = (shares & BENCH_FORK_SHARES_FS) != 0;
    threads_->OnFork(*context.thread, fork);
  } else if (context.type == EventType::kProcExit) {
    threads_->OnExit(context.thread->tid, args[1] != 0);
  } else if (data.size() >= BENCH_COMM_BYTES) {
    ExecInfo exec;
    exec.name = std::string(StringAt(data.substr(0, BENCH_COMM_BYTES), 0));
    data.remove_prefix(BENCH_COMM_BYTES);
    const auto file_bytes = std::min<size_t>(std::max(args[1], 0), data.size());
    exec.file = std::string(StringAt(data.substr(0, file_bytes), 0));
    exec.args = SplitArgs(data.substr(file_bytes));
    exec.parent_pid = args[0];
    exec.uid = event.uid;
    context.raw_path = exec.file;
    context.path = Resolve(context, AT_FDCWD, exec.file);
    threads_->OnExec(context.thread->tid, static_cast<pid_t>(event.pid), std::move(exec));
  }
}

void Interpreter::OnOpen(absl::string_view data, EventContext& context) {
  int directory_fd = AT_FDCWD;
  switch (context.type) {
    case EventType::kOpen:
      context.open_flags = context.args[1];
      context.mode = context.args[2];
      break;
    case EventType::kCreat:
      context.open_flags = O_CREAT | O_WRONLY | O_TRUNC;
      context.mode = context.args[1];
      break;
    case EventType::kOpenByHandleAt:
      context.open_flags = context.args[2];
      break;
    default:
      directory_fd = context.args[0];
      context.open_flags = context.args[2];
      context.mode = context.args[3];
      break;
  }
  absl::string_view raw = StringAt(data, 0);
  context.raw_path.assign(raw.data(), raw.size());
  context.path = Resolve(context, directory_fd, raw);
  context.fd_name = context.path;
  context.fd_kind = (context.open_flags & O_DIRECTORY) ? FdKind::kDirectory : FdKind::kFile;
  if (context.ret >= 0) {
    MakeFd(context, static_cast<int>(context.ret), context.fd_kind, context.path,
           (context.open_flags & O_CLOEXEC) != 0);
  }
}

void Interpreter::OnFileCall(absl::string_view data, EventContext& context) {
  const int32_t* args = context.args;
  absl::string_view first = StringAt(data, 0);
  absl::string_view second = StringAt(data, 1);
  context.raw_path.assign(first.data(), first.size());
  int first_from = AT_FDCWD;
  int second_from = AT_FDCWD;
  switch (context.type) {
    case EventType::kMkdirat:
    case EventType::kUnlinkat:
    case EventType::kFchownat:
    case EventType::kMknodat:
    case EventType::kExecveat:
      first_from = args[0];
      break;
    case EventType::kFchmodat:
      first_from = args[0];
      context.mode = args[2];
      break;
    case EventType::kChmod:
      context.mode = args[1];
      break;
    case EventType::kRenameat:
    case EventType::kRenameat2:
    case EventType::kLinkat:
      first_from = args[0];
      second_from = args[2];
      break;
    case EventType::kSymlinkat:
      second_from = args[1];
      break;
    case EventType::kMemfdCreate:
      return MakeFd(context, static_cast<int>(context.ret), FdKind::kFile,
                    absl::StrCat("/memfd:", first), (args[1] & 1) != 0);
    default:
      break;
  }
  context.path = Resolve(context, first_from, first);
  if (!second.empty()) context.second_path = Resolve(context, second_from, second);
  if (context.type == EventType::kChdir && context.ret == 0) {
    context.thread->process->fs->cwd = context.path;
  }
}

void Interpreter::OnSocketCall(absl::string_view data, EventContext& context) {
  const int32_t* args = context.args;
  const int result = static_cast<int>(context.ret);
  switch (context.type) {
    case EventType::kSocket: {
      FdKind kind = args[0] == AF_INET    ? FdKind::kIpv4
                    : args[0] == AF_INET6 ? FdKind::kIpv6
                    : args[0] == AF_UNIX  ? FdKind::kUnix
                                          : FdKind::kUnknown;
      return MakeFd(context, result, kind, "", (args[1] & SOCK_CLOEXEC) != 0);
    }
    case EventType::kSocketpair: {
      if (result < 0) return;
      // args[2], the protocol, is not of interest; the pair stands in the first two.
      MakeFd(context, args[1], FdKind::kUnix, "", false);
      return MakeFd(context, args[0], FdKind::kUnix, "", false);
    }
    case EventType::kListen:
    case EventType::kShutdown:
      return UseFd(context, args[0]);
    default:
      break;
  }
  SocketName peer = DecodeSockaddr(data);
  context.peer_address = peer.address;
  context.peer_port = peer.port;
  const bool accepts = context.type == EventType::kAccept || context.type == EventType::kAccept4;
  if (accepts) {
    const bool close_on_exec = context.type == EventType::kAccept4 && (args[3] & SOCK_CLOEXEC) != 0;
    return MakeFd(context, result, peer.kind, peer.ToString(), close_on_exec);
  }
  UseFd(context, args[0]);
  if (peer.kind == FdKind::kUnknown) return;
  context.fd_kind = peer.kind;
  const bool arrow = context.type == EventType::kConnect && peer.kind != FdKind::kUnix;
  context.fd_name = absl::StrCat(arrow ? "->" : "", peer.ToString());
  if (FdInfo* info = context.thread->process->fds->Find(args[0])) info->name = context.fd_name;
}

void Interpreter::OnDescriptorCall(EventContext& context) {
  FdTable& fds = *context.thread->process->fds;
  const int32_t* args = context.args;
  const int result = static_cast<int>(context.ret);
  switch (context.type) {
    case EventType::kClose:
      UseFd(context, args[0]);
      // Whatever close returns (but EBADF), the descriptor is gone.
      fds.Close(args[0]);
      return;
    case EventType::kDup:
    case EventType::kDup2:
    case EventType::kDup3:
      if (result >= 0) {
        fds.Duplicate(args[0], result,
                      context.type == EventType::kDup3 && (args[2] & O_CLOEXEC) != 0);
      }
      return UseFd(context, args[0]);
    case EventType::kFcntl:
      UseFd(context, args[0]);
      if (result < 0) return;
      if (args[1] == F_DUPFD || args[1] == F_DUPFD_CLOEXEC) {
        fds.Duplicate(args[0], result, args[1] == F_DUPFD_CLOEXEC);
      } else if (args[1] == F_SETFD) {
        fds.SetCloseOnExec(args[0], (args[2] & FD_CLOEXEC) != 0);
      }
      return;
    case EventType::kFchdir:
      UseFd(context, args[0]);
      if (result == 0 && !context.fd_name.empty()) {
        context.thread->process->fs->cwd = context.fd_name;
      }
      return;
    case EventType::kFchmod:
    case EventType::kFchown:
    case EventType::kSetns:
      if (context.type == EventType::kFchmod) context.mode = args[1];
      return UseFd(context, args[0]);
    case EventType::kPipe:
    case EventType::kPipe2: {
      if (result != 0) return;
      // pipe2's flags are its second argument, whose place the descriptors take.
      MakeFd(context, args[1], FdKind::kPipe, "", false);
      return MakeFd(context, args[0], FdKind::kPipe, "", false);
    }
    case EventType::kEventfd2:
    case EventType::kSignalfd4:
    case EventType::kTimerfdCreate:
      return MakeFd(context, result, FdKind::kEvent, "", (args[1] & O_CLOEXEC) != 0);
    case EventType::kEpollCreate1:
    case EventType::kInotifyInit1:
    case EventType::kUserfaultfd:
      return MakeFd(context, result, FdKind::kEvent, "", (args[0] & EPOLL_CLOEXEC) != 0);
    case EventType::kIoUringSetup:
    case EventType::kPidfdOpen:
      return MakeFd(context, result, FdKind::kEvent, "", true);
    default:
      return;
  }
}

std::string Interpreter::Resolve(const EventContext& context, int directory_fd,
                                 absl::string_view path) const {
  const Process& process = *context.thread->process;
  if (directory_fd == AT_FDCWD || (!path.empty() && path.front() == '/')) {
    return AbsolutePath(process.fs->cwd, path);
  }
  const FdInfo* directory = process.fds->Find(directory_fd);
  if (directory == nullptr || directory->name.empty()) {
    return absl::StrCat("<UNKNOWN>/", path);
  }
  return AbsolutePath(directory->name, path.empty() ? "." : path);
}

void Interpreter::UseFd(EventContext& context, int fd) const {
  context.fd = fd;
  if (const FdInfo* info = context.thread->process->fds->Find(fd)) {
    context.fd_kind = info->kind;
    context.fd_name = info->name;
  }
}

void Interpreter::MakeFd(EventContext& context, int fd, FdKind kind, std::string name,
                         bool close_on_exec) {
  context.fd = std::max(fd, -1);
  context.fd_kind = kind;
  context.fd_name = std::move(name);
  if (fd < 0) return;
  context.thread->process->fds->Open(fd, FdInfo{kind, context.fd_name, close_on_exec});
}

}  // namespace bench::sensor
