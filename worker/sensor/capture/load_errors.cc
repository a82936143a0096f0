#include "worker/sensor/capture/load_errors.h"

#include <bpf/libbpf.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "common/os/files.h"

namespace bench::sensor {
namespace {

constexpr char kBtf[] = "/sys/kernel/btf/vmlinux";
// The kernel's PROC_PID_INIT_INO: the inode of the initial PID namespace.
constexpr ino_t kInitialPidNamespace = 0xEFFFFFFC;
constexpr size_t kTailBytes = 600;
// Measured: what the sensor needs at most besides its rings, most of it for a moment, while libbpf
// holds the kernel's type information.
constexpr int64_t kOwnBytes = 14 << 20;

std::string& Collected() {
  static std::string& text = *new std::string;
  return text;
}

int Collect(libbpf_print_level level, const char* format, va_list args) {
  if (level == LIBBPF_DEBUG) return 0;
  // A verifier's log comes as one message of many kilobytes, whose end says what was wrong.
  char* message = nullptr;
  const int n = vasprintf(&message, format, args);
  if (n < 0) return n;
  Collected().append(message, static_cast<size_t>(n));
  free(message);
  return n;
}

}  // namespace

absl::Status CheckHost() {
  if (access(kBtf, R_OK) != 0) {
    return absl::FailedPreconditionError(absl::StrCat(
        kBtf, ": ", strerror(errno),
        "; the probe needs a kernel >= 5.8 built with CONFIG_DEBUG_INFO_BTF (the stock kernels of "
        "Debian 11+, Ubuntu 20.10+ and RHEL 8.4+ are)"));
  }
  struct stat ns = {};
  if (stat("/proc/self/ns/pid", &ns) == 0 && ns.st_ino != kInitialPidNamespace) {
    return absl::FailedPreconditionError(
        "this shell is in a PID namespace of its own, where the processes behind the kernel's "
        "events can't be told; run it on the host (in a container: --pid=host)");
  }
  return absl::OkStatus();
}

absl::Status CheckMemoryLimit(int64_t rings_bytes, absl::string_view self_cgroup,
                              const std::string& cgroup_root) {
  std::string file;
  for (absl::string_view line : absl::StrSplit(self_cgroup, '\n')) {
    std::vector<absl::string_view> parts = absl::StrSplit(line, absl::MaxSplits(':', 2));
    if (parts.size() < 3) continue;
    if (parts[1] == "memory") {
      file = absl::StrCat(cgroup_root, "/memory", parts[2], "/memory.limit_in_bytes");
      break;
    }
    if (parts[0] == "0") file = absl::StrCat(cgroup_root, parts[2], "/memory.max");
  }
  absl::StatusOr<std::string> text = ReadFile(file);
  int64_t limit = 0;  // "max" stays 0, as does what isn't there
  if (!text.ok() || !absl::SimpleAtoi(*text, &limit)) return absl::OkStatus();
  if (limit <= 0 || limit >= rings_bytes + kOwnBytes) return absl::OkStatus();
  return absl::ResourceExhaustedError(absl::StrCat(
      "the memory limit of ", limit >> 20, " MiB (", file, ") is too small: ", rings_bytes >> 20,
      " MiB of ring buffers and the sensor itself need ", (rings_bytes + kOwnBytes) >> 20,
      " MiB; raise it or use a smaller --buf-size-preset"));
}

absl::Status ExplainLoadError(absl::string_view step, int error, absl::string_view libbpf_words) {
  std::string message = absl::StrCat("can't ", step, ": ", strerror(error));
  switch (error) {
    case EACCES:
      absl::StrAppend(&message,
                      "; this kernel's verifier refuses the probe: please report it with the "
                      "kernel's version and these last words of the verifier");
      break;
    case EPERM:
      absl::StrAppend(&message, "; ",
                      geteuid() == 0
                          ? "root alone is not enough here: the capabilities CAP_BPF, CAP_PERFMON "
                            "and CAP_SYS_RESOURCE (or CAP_SYS_ADMIN) are needed, and on kernels "
                            "before 5.11 a larger RLIMIT_MEMLOCK (ulimit -l unlimited)"
                          : "run it as root, or with CAP_BPF and CAP_PERFMON");
      break;
    case ENOMEM:
      absl::StrAppend(&message,
                      "; the memory limit of its cgroup is too small: raise it or use a smaller "
                      "--buf-size-preset");
      break;
    case ENOENT:
    case ESRCH:
    case EINVAL:
      absl::StrAppend(&message, "; a kernel >= 5.8 with BTF is needed");
      break;
    default:
      break;
  }
  if (!libbpf_words.empty()) absl::StrAppend(&message, " [", libbpf_words, "]");
  return absl::FailedPreconditionError(message);
}

LibbpfLog::LibbpfLog() {
  Collected().clear();
  libbpf_set_print(&Collect);
}

LibbpfLog::~LibbpfLog() {
  libbpf_set_print(nullptr);
}

std::string LibbpfLog::Tail() const {
  absl::string_view text = Collected();
  if (text.size() > kTailBytes) text.remove_prefix(text.size() - kTailBytes);
  return absl::StrReplaceAll(absl::StripSuffix(text, "\n"), {{"\n", " | "}});
}

}  // namespace bench::sensor
