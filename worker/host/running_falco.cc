#include "worker/host/running_falco.h"

#include <linux/capability.h>
#include <unistd.h>

#include <filesystem>
#include <system_error>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "common/os/capture_output.h"
#include "common/os/files.h"
#include "common/os/process.h"
#include "common/status/status_macros.h"
#include "worker/falco/config_places.h"
#include "worker/falco/config_source.h"
#include "worker/falco/merged_config.h"
#include "worker/host/attach_target.h"
#include "worker/host/doctor_facts.h"

namespace bench {
namespace {

constexpr absl::Duration kVersionTimeout = absl::Seconds(15);

std::string Link(pid_t pid, const char* name) {
  std::error_code unreadable;
  return std::filesystem::read_symlink(absl::StrCat("/proc/", pid, "/", name), unreadable).string();
}

std::string RootOf(pid_t pid) {
  const bool same = Link(pid, "ns/mnt") == Link(getpid(), "ns/mnt") && Link(pid, "root") == "/";
  return same ? "" : absl::StrCat("/proc/", pid, "/root");
}

// Its program is run here, as whoever we are: so it must already be allowed what we are.
absl::Status CheckTrusted(const RunningFalco& process) {
  BENCH_ASSIGN_OR_RETURN(const std::string status,
                         ReadFile(absl::StrCat("/proc/", process.pid, "/status")));
  const uint64_t capabilities = ParseEffectiveCapabilities(status);
  const auto has = [capabilities](int capability) { return (capabilities >> capability & 1) != 0; };
  const bool privileged = has(CAP_SYS_ADMIN) || (has(CAP_BPF) && has(CAP_PERFMON));
  if (privileged && Link(process.pid, "ns/user") == Link(getpid(), "ns/user")) {
    return absl::OkStatus();
  }
  return absl::PermissionDeniedError(
      absl::StrCat(NameOf(process), " (", process.exe,
                   ") has not the privileges that Falco needs: it is none, or one of somebody who "
                   "may not be trusted, and is left alone"));
}

// Paths of its configuration are relative to where it was started.
void MakeAbsolute(pid_t pid, std::string* path) {
  if (!path->empty() && path->front() != '/') {
    *path = absl::StrCat(Link(pid, "cwd"), "/", *path);
  }
}

// In another network namespace its page and its outputs to this host are not ours to reach.
void LeaveNetworkOut(FalcoConfig* config) {
  config->webserver.prometheus = false;
  config->http_output.enabled = false;
  if (!absl::StartsWith(config->grpc.bind_address, "unix:")) config->grpc.enabled = false;
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
  return absl::FailedPreconditionError(absl::StrCat("asking ", NameOf(process),
                                                    " for its version (", absl::StrJoin(argv, " "),
                                                    "): ", version.status().message()));
}

}  // namespace

absl::StatusOr<RunningFalcoFacts> InspectRunningFalco(const RunningFalco& process) {
  RunningFalcoFacts facts;
  facts.process = process;
  facts.root = RootOf(process.pid);
  BENCH_RETURN_IF_ERROR(CheckTrusted(process));
  BENCH_ASSIGN_OR_RETURN(facts.argv, ArgumentsOf(process.pid));
  FalcoArguments arguments = ParseFalcoArguments(facts.argv);
  MakeAbsolute(process.pid, &arguments.config);
  MakeAbsolute(process.pid, &arguments.stats_file);
  for (std::string& rules : arguments.rules) MakeAbsolute(process.pid, &rules);
  BENCH_ASSIGN_OR_RETURN(arguments.environment, ProcessEnvironment(process.pid));
  BENCH_ASSIGN_OR_RETURN(facts.version, VersionOf(process, facts.root, arguments.config));
  BENCH_ASSIGN_OR_RETURN(const MergedConfig merged,
                         MergeConfig(arguments, facts.version, ReadFilesBelow(facts.root)));
  facts.config = ConfigOf(merged, arguments, facts.version);
  facts.ring = ConfiguredRing(merged, facts.config.engine, facts.version);
  facts.files = ListFalcoFiles(merged, arguments, facts.version, facts.root);
  MakeAbsolute(process.pid, &facts.config.metrics.output_file);
  MakeAbsolute(process.pid, &facts.config.file_output.filename);
  PlaceFiles(facts.root, &facts.config);
  if (Link(process.pid, "ns/net") != Link(getpid(), "ns/net")) LeaveNetworkOut(&facts.config);
  facts.faults = FindConfigFaults(facts.config, facts.version, FalcoUse::kAttached);
  return facts;
}

absl::Status CheckMeasurable(const RunningFalcoFacts& facts) {
  std::string fatal;
  for (const ConfigFault& fault : facts.faults) {
    if (fault.fatal) absl::StrAppend(&fatal, "\n  ", FaultLine(fault));
  }
  if (fatal.empty()) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("Falco, ", NameOf(facts.process),
                   ", can't be measured as it is configured; change it and restart it:", fatal));
}

std::string FaultLine(const ConfigFault& fault) {
  return absl::StrCat(fault.seen, "; in its falco.yaml: ", fault.lines);
}

}  // namespace bench
