#include "worker/attach_falco.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "common/os/capture_output.h"
#include "common/os/files.h"
#include "common/status/status_macros.h"
#include "worker/falco/falco_config.h"
#include "worker/falco/falco_ring.h"
#include "worker/falco/make_sensor.h"
#include "worker/feeds/feed_plan.h"
#include "worker/host/attach_target.h"

namespace bench {
namespace {

constexpr absl::Duration kVersionTimeout = absl::Seconds(15);

std::string Link(pid_t pid, const char* name) {
  std::error_code unreadable;
  return std::filesystem::read_symlink(absl::StrCat("/proc/", pid, "/", name), unreadable).string();
}

// How its paths are reached from here: "" where it sees the same files.
std::string RootOf(pid_t pid) {
  const bool same = Link(pid, "ns/mnt") == Link(getpid(), "ns/mnt") && Link(pid, "root") == "/";
  return same ? "" : absl::StrCat("/proc/", pid, "/root");
}

absl::StatusOr<std::vector<std::string>> ArgumentsOf(pid_t pid) {
  BENCH_ASSIGN_OR_RETURN(std::string text, ReadFile(absl::StrCat("/proc/", pid, "/cmdline")));
  if (!text.empty() && text.back() == '\0') text.pop_back();
  return std::vector<std::string>(absl::StrSplit(text, '\0'));
}

// With its own libraries and configuration, where it has a root of its own.
absl::StatusOr<FalcoVersion> VersionOf(const RunningFalco& process, const std::string& root,
                                       const std::string& config) {
  std::vector<std::string> argv;
  if (!root.empty()) argv = {"/usr/sbin/chroot", root};
  argv.insert(argv.end(), {root.empty() ? absl::StrCat("/proc/", process.pid, "/exe") : process.exe,
                           "-c", config, "--version"});
  absl::StatusOr<std::string> output = CaptureOutput(argv, kVersionTimeout);
  absl::StatusOr<FalcoVersion> version = output.ok() ? ParseFalcoVersion(*output) : output.status();
  if (version.ok()) return version;
  return absl::FailedPreconditionError(absl::StrCat(
      "asking ", NameOf(process), " for its version (", absl::StrJoin(argv, " "),
      "): ", version.status().message()));
}

bool PortIsFree(int port) {
  const UniqueFd fd(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int yes = 1;
  setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  return bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

std::string FaultLine(const ConfigFault& fault) {
  return absl::StrCat(fault.seen, "; in its falco.yaml: ", fault.lines);
}

absl::Status CheckNoneIsFatal(const RunningFalco& process, const std::vector<ConfigFault>& faults) {
  std::string fatal;
  for (const ConfigFault& fault : faults) {
    if (fault.fatal) absl::StrAppend(&fatal, "\n  ", FaultLine(fault));
  }
  if (fatal.empty()) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("Falco, ", NameOf(process),
                   ", can't be measured as it is configured; change it and restart it:", fatal));
}

}  // namespace

absl::StatusOr<RunningFalcoFacts> InspectRunningFalco(const AttachWish& wish) {
  RunningFalcoFacts facts;
  BENCH_ASSIGN_OR_RETURN(facts.process, ChooseRunningFalco(wish, FindRunningFalco()));
  const pid_t pid = facts.process.pid;
  const std::string root = RootOf(pid);
  BENCH_ASSIGN_OR_RETURN(const std::vector<std::string> argv, ArgumentsOf(pid));
  const FalcoArguments arguments = ParseFalcoArguments(argv);
  BENCH_ASSIGN_OR_RETURN(const FalcoVersion version,
                         VersionOf(facts.process, root, arguments.config));
  BENCH_ASSIGN_OR_RETURN(const FalcoConfig config, ReadFalcoConfig(arguments, version, root));
  facts.faults = FindConfigFaults(config, version, FalcoUse::kAttached);
  BENCH_RETURN_IF_ERROR(CheckNoneIsFatal(facts.process, facts.faults));
  facts.options = {.pid = pid,
                   .version = version.falco,
                   .driver = config.engine,
                   .command = absl::StrJoin(argv, " "),
                   .ring_bytes = RingBytesOfPreset(config.buf_size_preset),
                   .cpus_per_ring = config.cpus_per_buffer,
                   .facts = FalcoFacts(version, absl::StrCat(root, arguments.config), {}),
                   .feeds = PlanFeeds(config, version, root, PortIsFree)};
  return facts;
}

std::string AttachNote(const RunningFalcoFacts& facts) {
  std::string note =
      absl::StrCat("sensor: Falco ", facts.options.version, ", ", NameOf(facts.process),
                   ", as it runs: only its limits are changed, and put back");
  for (const ConfigFault& fault : facts.faults) {
    absl::StrAppend(&note, "\n  note: ", FaultLine(fault));
  }
  return note;
}

RunningSensorFinder FindFalcoLike(const AttachWish& wish) {
  return [wish = wish]() mutable -> absl::StatusOr<std::unique_ptr<Sensor>> {
    BENCH_ASSIGN_OR_RETURN(const RunningFalcoFacts facts, InspectRunningFalco(wish));
    wish = {.unit = facts.process.unit};
    return MakeAttachedSensor(facts.options);
  };
}

}  // namespace bench
