#include "worker/host/running_falco.h"

#include <linux/capability.h>
#include <unistd.h>

#include <filesystem>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "common/os/capture_output.h"
#include "common/os/files.h"
#include "common/os/process.h"
#include "common/status/status_macros.h"
#include "worker/falco/config_places.h"
#include "worker/falco/config_source.h"
#include "worker/falco/effective_config.h"
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

// As it sees it: below its own root. Paths of its configuration are relative to it.
std::string CwdOf(pid_t pid) {
  std::string cwd = Link(pid, "cwd");
  const std::string root = Link(pid, "root");
  absl::string_view below = cwd;
  if (root.size() > 1 && absl::ConsumePrefix(&below, root)) {
    return below.empty() ? "/" : std::string(below);
  }
  return cwd;
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
  const std::string cwd = CwdOf(process.pid);
  arguments.config = PathFrom(cwd, arguments.config);
  arguments.stats_file = PathFrom(cwd, arguments.stats_file);
  BENCH_ASSIGN_OR_RETURN(arguments.environment, ProcessEnvironment(process.pid));
  BENCH_ASSIGN_OR_RETURN(facts.version, VersionOf(process, facts.root, arguments.config));
  BENCH_ASSIGN_OR_RETURN(const MergedConfig merged,
                         MergeConfig(arguments, facts.version, ReadFilesBelow(facts.root, cwd)));
  facts.config = ConfigOf(merged, arguments, facts.version);
  facts.ring = ConfiguredRing(merged, facts.config.engine, facts.version);
  facts.files = ListFalcoFiles(merged, arguments, facts.version, facts.root, cwd);
  facts.config_sha256 = EffectiveConfigSha256(merged, FalcoUse::kAttached);
  facts.arguments = absl::StrJoin(arguments.others, " ");
  for (std::string* file : {&facts.config.metrics.output_file, &facts.config.file_output.filename})
    *file = PathFrom(cwd, *file);
  PlaceFiles(facts.root, &facts.config);
  facts.config.own_network = Link(process.pid, "ns/net") != Link(getpid(), "ns/net");
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
  return absl::StrCat(fault.seen, "; ", fault.mend);
}

}  // namespace bench
