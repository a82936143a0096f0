#include "tests/worker/actions/syscall_trace.h"

#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "absl/cleanup/cleanup.h"

namespace bench {
namespace {

// No code of ours or of a sanitizer has a use for it between two marks.
constexpr long kMark = SYS_getsid;

std::string ReadString(pid_t pid, uint64_t address) {
  char text[256] = {};
  iovec local = {.iov_base = text, .iov_len = sizeof text - 1};
  iovec remote = {.iov_base = reinterpret_cast<void*>(address), .iov_len = sizeof text - 1};
  process_vm_readv(pid, &local, 1, &remote, 1, 0);  // may stop short at the end of a page
  return text;
}

}  // namespace

void MarkTrace() {
  syscall(kMark, 0);
}

absl::StatusOr<std::vector<TracedSyscall>> TraceSyscalls(const std::function<void()>& body) {
  const pid_t pid = fork();
  if (pid == 0) {
    if (ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) != 0) _exit(77);
    raise(SIGSTOP);
    body();
    _exit(0);
  }
  int status = 0;
  absl::Cleanup reap = [&] {
    if (WIFEXITED(status) || WIFSIGNALED(status)) return;
    kill(pid, SIGKILL);
    waitpid(pid, &status, 0);
  };
  waitpid(pid, &status, 0);
  if (!WIFSTOPPED(status)) return absl::UnavailableError("ptrace is not allowed here");
  ptrace(PTRACE_SETOPTIONS, pid, nullptr, PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL);

  std::vector<TracedSyscall> calls;
  int marks = 0;
  for (;;) {
    ptrace(PTRACE_SYSCALL, pid, nullptr, nullptr);
    waitpid(pid, &status, 0);
    if (!WIFSTOPPED(status)) return calls;
    if (WSTOPSIG(status) != (SIGTRAP | 0x80)) continue;
    __ptrace_syscall_info info = {};
    if (ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof info, &info) <= 0) {
      return absl::UnavailableError("this kernel has no PTRACE_GET_SYSCALL_INFO");
    }
    if (info.op == PTRACE_SYSCALL_INFO_ENTRY) {
      if (info.entry.nr == static_cast<uint64_t>(kMark)) {
        ++marks;
      } else if (marks == 1) {
        TracedSyscall call = {.number = info.entry.nr,
                              .args = {info.entry.args[0], info.entry.args[1], info.entry.args[2]}};
        if (call.number == SYS_openat) call.path = ReadString(pid, call.args[1]);
        calls.push_back(call);
      }
    } else if (info.op == PTRACE_SYSCALL_INFO_EXIT && marks == 1 && !calls.empty()) {
      calls.back().result = info.exit.rval;
    }
  }
}

std::string InChild(const std::function<std::string()>& body) {
  int fds[2];
  if (pipe(fds) != 0) return "pipe failed";
  const pid_t pid = fork();
  if (pid == 0) {
    const std::string text = body();
    _exit(write(fds[1], text.data(), text.size()) == static_cast<ssize_t>(text.size()) ? 0 : 1);
  }
  close(fds[1]);
  std::string all;
  char buffer[512];
  for (ssize_t n; (n = read(fds[0], buffer, sizeof buffer)) > 0;) {
    all.append(buffer, static_cast<size_t>(n));
  }
  close(fds[0]);
  waitpid(pid, nullptr, 0);
  return all;
}

}  // namespace bench
