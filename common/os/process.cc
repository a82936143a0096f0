#include "common/os/process.h"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/status/status_macros.h"

namespace bench {
namespace {

// What the child needs between vfork and exec, prepared by the parent: the child allocates nothing.
struct ChildPlan {
  pid_t parent;
  std::vector<char*> argv;
  std::vector<char*> envp;
  std::vector<int> cgroup_fds;
  std::vector<int> inherit_fds;
  int stdin_fd = -1;
  int stdout_fd = -1;
  int stderr_fd = -1;
  cpu_set_t* cpus = nullptr;
  bool outlives_parent = false;
  // Written by the child, which shares our memory until it execs.
  volatile int error = 0;
  const char* volatile failed_step = nullptr;
};

[[noreturn]] void Fail(ChildPlan& plan, const char* step) {
  plan.failed_step = step;
  plan.error = errno;
  _exit(127);
}

// Only async-signal-safe calls from here to exec.
[[noreturn]] void RunChild(ChildPlan& plan) {
  if (plan.outlives_parent) {
    setsid();
  } else {
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) Fail(plan, "prctl(PR_SET_PDEATHSIG)");
    if (getppid() != plan.parent) _exit(127);  // the parent died before the line above
    // Its own process group: Ctrl-C on the terminal is ours to handle, the child is stopped in
    // order.
    setpgid(0, 0);
  }
  for (int fd : plan.cgroup_fds) {
    if (write(fd, "0", 1) != 1) Fail(plan, "joining the cgroup");
  }
  if (plan.cpus != nullptr && sched_setaffinity(0, sizeof(*plan.cpus), plan.cpus) != 0) {
    Fail(plan, "sched_setaffinity");
  }
  if (plan.stdin_fd >= 0 && dup2(plan.stdin_fd, 0) < 0) Fail(plan, "dup2");
  if (plan.stdout_fd >= 0 && dup2(plan.stdout_fd, 1) < 0) Fail(plan, "dup2");
  if (plan.stderr_fd >= 0 && dup2(plan.stderr_fd, 2) < 0) Fail(plan, "dup2");
  // vfork shares our memory but not our descriptor table: the flag changes in the child only.
  for (int fd : plan.inherit_fds) {
    if (fcntl(fd, F_SETFD, 0) != 0) Fail(plan, "keeping a descriptor open");
  }
  struct sigaction defaults = {};
  defaults.sa_handler = SIG_DFL;
  for (int number : {SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGCHLD})
    sigaction(number, &defaults, nullptr);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  execve(plan.argv[0], plan.argv.data(), plan.envp.data());
  Fail(plan, "exec");
}

// vfork, not fork: no atfork handlers run and no memory is copied, so other threads don't matter.
// Apart and never inlined, as the child may not return from the function that called vfork.
__attribute__((noinline)) pid_t VforkChild(ChildPlan& plan) {
  pid_t pid = vfork();  // NOLINT(clang-analyzer-security.insecureAPI.vfork)
  if (pid == 0) RunChild(plan);
  return pid;
}

struct Pipe {
  UniqueFd read_end;
  UniqueFd write_end;
};

absl::StatusOr<Pipe> MakePipe() {
  int fds[2];
  if (pipe2(fds, O_CLOEXEC) != 0) return ErrnoStatus("pipe", errno);
  return Pipe{UniqueFd(fds[0]), UniqueFd(fds[1])};
}

std::vector<std::string> MergedEnvironment(const std::vector<std::string>& extra) {
  std::vector<std::string> merged = extra;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    absl::string_view text(*entry);
    absl::string_view name = text.substr(0, text.find('='));
    bool overridden = false;
    for (const std::string& e : extra) {
      overridden |= e.size() > name.size() && e[name.size()] == '=' &&
                    absl::string_view(e).substr(0, name.size()) == name;
    }
    if (!overridden) merged.emplace_back(text);
  }
  return merged;
}

ExitState FromWaitStatus(int status) {
  if (WIFSIGNALED(status)) return {.signaled = true, .code = WTERMSIG(status)};
  return {.signaled = false, .code = WEXITSTATUS(status)};
}

}  // namespace

std::string ExitState::ToString() const {
  if (!signaled) return absl::StrCat("exit code ", code);
  return absl::StrCat("killed by signal ", code, " (", strsignal(code), ")");
}

absl::StatusOr<ChildProcess> ChildProcess::Spawn(const SpawnOptions& options) {
  if (options.argv.empty()) return absl::InvalidArgumentError("nothing to execute");
  ChildProcess child;
  ChildPlan plan;
  plan.parent = getpid();
  plan.inherit_fds = options.inherit_fds;
  plan.outlives_parent = options.outlives_us;

  std::vector<std::string> env = MergedEnvironment(options.extra_env);
  for (const std::string& arg : options.argv) plan.argv.push_back(const_cast<char*>(arg.c_str()));
  plan.argv.push_back(nullptr);
  for (const std::string& entry : env) plan.envp.push_back(const_cast<char*>(entry.c_str()));
  plan.envp.push_back(nullptr);

  std::vector<UniqueFd> held;
  for (const std::string& path : options.join_cgroup_procs) {
    UniqueFd fd(open(path.c_str(), O_WRONLY | O_CLOEXEC));
    if (!fd.valid()) return ErrnoStatus(absl::StrCat("open ", path), errno);
    plan.cgroup_fds.push_back(fd.get());
    held.push_back(std::move(fd));
  }
  UniqueFd null;
  if (options.stdout_to_null || options.stderr_to_null) {
    null.Reset(open("/dev/null", O_RDWR | O_CLOEXEC));
    if (!null.valid()) return ErrnoStatus("open /dev/null", errno);
    if (options.stdout_to_null) plan.stdout_fd = null.get();
    if (options.stderr_to_null) plan.stderr_fd = null.get();
  }
  Pipe in;
  Pipe out;
  Pipe err;
  if (options.pipe_stdin) {
    BENCH_ASSIGN_OR_RETURN(in, MakePipe());
    plan.stdin_fd = in.read_end.get();
  }
  if (options.pipe_stdout) {
    BENCH_ASSIGN_OR_RETURN(out, MakePipe());
    if (options.pipe_capacity_bytes > 0) {
      fcntl(out.write_end.get(), F_SETPIPE_SZ, options.pipe_capacity_bytes);
    }
    plan.stdout_fd = out.write_end.get();
  }
  if (options.pipe_stderr) {
    BENCH_ASSIGN_OR_RETURN(err, MakePipe());
    plan.stderr_fd = err.write_end.get();
  }
  cpu_set_t cpus;
  CPU_ZERO(&cpus);
  for (int cpu : options.cpus) CPU_SET(cpu, &cpus);
  if (!options.cpus.empty()) plan.cpus = &cpus;

  // Signals stay blocked in the child until it has its own handlers: ours must not run there.
  sigset_t all;
  sigset_t old;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &old);
  pid_t pid = VforkChild(plan);
  int vfork_error = errno;
  pthread_sigmask(SIG_SETMASK, &old, nullptr);

  if (pid < 0) return ErrnoStatus(absl::StrCat("starting ", options.argv[0]), vfork_error);
  child.pid_ = pid;
  if (plan.failed_step != nullptr) {
    waitpid(pid, nullptr, 0);
    child.pid_ = -1;
    return ErrnoStatus(absl::StrCat("starting ", options.argv[0], ": ",
                                    static_cast<const char*>(plan.failed_step)),
                       plan.error);
  }
  child.stdin_ = std::move(in.write_end);
  child.stdout_ = std::move(out.read_end);
  child.stderr_ = std::move(err.read_end);
  return child;
}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept {
  *this = std::move(other);
}

ChildProcess& ChildProcess::operator=(ChildProcess&& other) noexcept {
  if (this == &other) return *this;
  if (started() && !exit_) Terminate(absl::ZeroDuration());
  pid_ = std::exchange(other.pid_, -1);
  exit_ = std::exchange(other.exit_, std::nullopt);
  stdin_ = std::move(other.stdin_);
  stdout_ = std::move(other.stdout_);
  stderr_ = std::move(other.stderr_);
  return *this;
}

ChildProcess::~ChildProcess() {
  if (started() && !exit_) Terminate(absl::ZeroDuration());
}

absl::Status ChildProcess::Signal(int signal_number) const {
  if (!started() || exit_) return absl::FailedPreconditionError("the process has ended");
  if (kill(pid_, signal_number) != 0) return ErrnoStatus(absl::StrCat("kill ", pid_), errno);
  return absl::OkStatus();
}

std::optional<ExitState> ChildProcess::Poll() {
  if (exit_ || !started()) return exit_;
  int status = 0;
  pid_t got = waitpid(pid_, &status, WNOHANG);
  if (got == pid_) exit_ = FromWaitStatus(status);
  if (got < 0 && errno == ECHILD) exit_ = ExitState{.signaled = true, .code = SIGKILL};
  return exit_;
}

absl::StatusOr<ExitState> ChildProcess::Wait(absl::Duration timeout) {
  if (auto state = Poll()) return *state;
  if (!started()) return absl::FailedPreconditionError("no process was started");
  UniqueFd pidfd(static_cast<int>(syscall(SYS_pidfd_open, pid_, 0)));
  if (!pidfd.valid()) return ErrnoStatus("pidfd_open", errno);
  pollfd wait = {.fd = pidfd.get(), .events = POLLIN, .revents = 0};
  int timeout_ms = timeout == absl::InfiniteDuration()
                       ? -1
                       : static_cast<int>(absl::ToInt64Milliseconds(timeout));
  while (poll(&wait, 1, timeout_ms) < 0 && errno == EINTR) {
  }
  if (auto state = Poll()) return *state;
  return absl::DeadlineExceededError(absl::StrCat("process ", pid_, " still runs"));
}

ExitState ChildProcess::Terminate(absl::Duration grace) {
  if (!started()) return {};
  if (auto state = Poll()) return *state;
  if (grace > absl::ZeroDuration()) {
    kill(pid_, SIGTERM);
    if (auto state = Wait(grace); state.ok()) return *state;
  }
  kill(pid_, SIGKILL);
  auto state = Wait(absl::InfiniteDuration());
  return state.ok() ? *state : ExitState{.signaled = true, .code = SIGKILL};
}

std::vector<absl::string_view> StatFieldsAfterName(absl::string_view stat) {
  const size_t after_name = stat.rfind(") ");
  if (after_name == absl::string_view::npos) return {};
  return absl::StrSplit(stat.substr(after_name + 2), ' ');
}

absl::StatusOr<std::map<std::string, std::string>> ProcessEnvironment(pid_t pid) {
  BENCH_ASSIGN_OR_RETURN(const std::string text, ReadFile(absl::StrCat("/proc/", pid, "/environ")));
  std::map<std::string, std::string> environment;
  for (const absl::string_view variable : absl::StrSplit(text, '\0', absl::SkipEmpty())) {
    // The first of two of one name is the one that getenv finds.
    environment.emplace(absl::StrSplit(variable, absl::MaxSplits('=', 1)));
  }
  return environment;
}

absl::StatusOr<uint64_t> ProcessStartTicks(pid_t pid) {
  BENCH_ASSIGN_OR_RETURN(std::string stat, ReadFile(absl::StrCat("/proc/", pid, "/stat")));
  const std::vector<absl::string_view> fields = StatFieldsAfterName(stat);
  constexpr size_t kStartTime = 22 - 3;  // the first of `fields` is field 3
  uint64_t ticks = 0;
  if (fields.size() <= kStartTime || !absl::SimpleAtoi(fields[kStartTime], &ticks)) {
    return absl::DataLossError("malformed /proc/PID/stat");
  }
  return ticks;
}

}  // namespace bench
