// What a busy node does beside opening files. None of it matches a rule.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>

#include "absl/strings/str_cat.h"
#include "common/os/files.h"
#include "worker/actions/action_makers.h"
#include "worker/actions/raw_syscalls.h"

namespace bench {
namespace {

// One read or write of a page on a device that does nothing. Sensors leave such calls out unless
// asked; they still pass through the kernel's tracepoint.
class DeviceAction final : public Action {
 public:
  DeviceAction(const char* name, const char* path, int flags, long number)
      : name_(name), path_(path), flags_(flags), number_(number) {}

  absl::Status Prepare(const ActionContext& /*context*/) override {
    fd_ = UniqueFd(RawOpen(path_, flags_ | O_CLOEXEC));
    if (fd_.get() >= 0) return absl::OkStatus();
    return ErrnoStatus(absl::StrCat(name_, ": this host has no usable ", path_, " (open)"), errno);
  }
  void Run() override { syscall(number_, fd_.get(), page_.data(), page_.size()); }
  void CleanUp() override { fd_ = UniqueFd(); }

 private:
  const char* const name_;
  const char* const path_;
  const int flags_;
  const long number_;
  UniqueFd fd_;
  std::array<char, 4096> page_ = {};
};

// A datagram socket is connected without a packet leaving.
class ConnectAction final : public Action {
 public:
  absl::Status Prepare(const ActionContext& /*context*/) override {
    constexpr uint16_t kDiscardPort = 9;
    address_.sin_family = AF_INET;
    address_.sin_port = htons(kDiscardPort);
    address_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return absl::OkStatus();
  }
  void Run() override {
    const auto fd = static_cast<int>(syscall(SYS_socket, AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    syscall(SYS_connect, fd, &address_, sizeof(address_));
    RawClose(fd);
  }
  void CleanUp() override {}

 private:
  sockaddr_in address_ = {};
};

// Starts a program that does nothing, and waits for it. The system calls that its loader makes are
// not the generator's own: they show in the calibration, as events.
class ExecAction final : public Action {
 public:
  absl::Status Prepare(const ActionContext& /*context*/) override {
    if (access(kProgram, X_OK) == 0) return absl::OkStatus();
    return ErrnoStatus(absl::StrCat("filler-exec: this host has no ", kProgram, " (access)"),
                       errno);
  }
  void Run() override {
    // As vfork, but on a stack of the child's own: it changes nothing that the parent returns to.
    const pid_t child =
        clone(Exec, stack_.data() + stack_.size(), CLONE_VM | CLONE_VFORK | SIGCHLD, nullptr);
    syscall(SYS_wait4, child, nullptr, 0, nullptr);
  }
  void CleanUp() override {}

 private:
  static constexpr char kProgram[] = "/bin/true";

  static int Exec(void* /*unused*/) {
    static const char* const kArguments[] = {kProgram, nullptr};
    static const char* const kEnvironment[] = {nullptr};
    syscall(SYS_execve, kProgram, kArguments, kEnvironment);
    _exit(127);
  }

  alignas(16) std::array<char, 16 << 10> stack_ = {};
};

}  // namespace

std::unique_ptr<Action> MakeReadFiller() {
  return std::make_unique<DeviceAction>("filler-read", "/dev/zero", O_RDONLY, SYS_read);
}

std::unique_ptr<Action> MakeWriteFiller() {
  return std::make_unique<DeviceAction>("filler-write", "/dev/null", O_WRONLY, SYS_write);
}

std::unique_ptr<Action> MakeConnectFiller() {
  return std::make_unique<ConnectAction>();
}

std::unique_ptr<Action> MakeExecFiller() {
  return std::make_unique<ExecAction>();
}

}  // namespace bench
