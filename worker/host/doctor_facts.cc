#include "worker/host/doctor_facts.h"

#include <sys/resource.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/os/files.h"
#include "common/os/process.h"
#include "common/status/status_macros.h"
#include "worker/cleanup/guard.h"
#include "worker/falco/config_source.h"
#include "worker/falco/falco_arguments.h"
#include "worker/falco/falco_config.h"

namespace bench {
namespace {

namespace fs = std::filesystem;

int64_t MemlockBytes() {
  rlimit limit;
  if (getrlimit(RLIMIT_MEMLOCK, &limit) != 0) return 0;
  return limit.rlim_cur == RLIM_INFINITY ? INT64_MAX : static_cast<int64_t>(limit.rlim_cur);
}

absl::Status TryCgroup(const CgroupMounts& mounts) {
  constexpr int32_t kCpuMillis = 500;
  constexpr int64_t kMemoryBytes = int64_t{64} << 20;
  BENCH_ASSIGN_OR_RETURN(std::unique_ptr<Cgroup> group,
                         CreateCgroup(mounts, absl::StrCat(kCgroupPrefix, "doctor"), nullptr));
  BENCH_RETURN_IF_ERROR(group->SetCpu(kCpuMillis));
  BENCH_RETURN_IF_ERROR(group->SetMemory(kMemoryBytes));
  BENCH_ASSIGN_OR_RETURN(CgroupLimits limits, group->ReadBack());
  BENCH_RETURN_IF_ERROR(group->Stats().status());
  if (limits.cpu_millis != kCpuMillis || limits.memory_bytes != kMemoryBytes) {
    return absl::FailedPreconditionError(
        absl::StrCat("a limit of ", kCpuMillis, "m and ", kMemoryBytes, " bytes reads back as ",
                     limits.cpu_millis, "m and ", limits.memory_bytes, " bytes"));
  }
  return group->Remove();
}

absl::StatusOr<std::vector<ConfigFault>> FaultsOfConfiguration(const std::string& config,
                                                               const FalcoBinary& falco) {
  BENCH_ASSIGN_OR_RETURN(const FalcoVersion version,
                         ParseFalcoVersion(absl::StrCat("Falco version: ", falco.version)));
  FalcoArguments arguments = {.config = config};
  BENCH_ASSIGN_OR_RETURN(arguments.environment, ProcessEnvironment(getpid()));
  BENCH_ASSIGN_OR_RETURN(const FalcoConfig effective,
                         EffectiveConfig(arguments, version, ReadFilesBelow(/*root=*/"")));
  return FindConfigFaults(effective, version, FalcoUse::kAttached);
}

// Empty while a benchmark runs: they are its own then.
std::vector<std::string> OrphanGroups(const CgroupMounts& mounts,
                                      const StateDirContents& contents) {
  std::vector<std::string> orphans;
  if (contents.held_by) return orphans;
  for (const std::string& mount : {mounts.unified, mounts.cpu, mounts.cpuacct, mounts.memory}) {
    if (mount.empty()) continue;
    std::error_code error;
    for (const fs::directory_entry& entry : fs::directory_iterator(mount, error)) {
      const std::string path = entry.path().string();
      const bool ours = absl::StartsWith(entry.path().filename().string(), kCgroupPrefix);
      const bool known = std::any_of(
          contents.leftovers.begin(), contents.leftovers.end(),
          [&path](const std::string& leftover) { return absl::StrContains(leftover, path); });
      if (ours && !known) orphans.push_back(path);
    }
  }
  return orphans;
}

}  // namespace

uint64_t ParseEffectiveCapabilities(absl::string_view status_text) {
  for (absl::string_view line : absl::StrSplit(status_text, '\n')) {
    std::pair<absl::string_view, absl::string_view> field =
        absl::StrSplit(line, absl::MaxSplits(':', 1));
    uint64_t mask = 0;
    if (field.first == "CapEff" &&
        absl::SimpleHexAtoi(absl::StripAsciiWhitespace(field.second), &mask)) {
      return mask;
    }
  }
  return 0;
}

WritablePlace CheckWritable(const std::string& path) {
  WritablePlace place = {.path = path};
  // What exists of it decides: the rest would be made below.
  std::error_code error;
  fs::path existing = fs::absolute(path, error).lexically_normal();
  while (!fs::exists(existing, error) && existing.has_relative_path()) {
    existing = existing.parent_path();
  }
  const std::string at = existing.string();
  if (!fs::is_directory(existing, error)) {
    place.writable = absl::FailedPreconditionError(absl::StrCat(at, " is not a directory"));
    return place;
  }
  // Also tells a read-only file system.
  if (access(at.c_str(), W_OK | X_OK) != 0) {
    place.writable = ErrnoStatus(absl::StrCat("writing below ", at), errno);
    return place;
  }
  struct statvfs space;
  if (statvfs(at.c_str(), &space) != 0) {
    place.writable = ErrnoStatus(absl::StrCat("statvfs ", at), errno);
    return place;
  }
  place.free_bytes = static_cast<int64_t>(space.f_bavail * space.f_frsize);
  return place;
}

DoctorFacts ReadDoctorFacts(const DoctorOptions& options) {
  DoctorFacts facts;
  facts.host = ReadHostFacts();
  facts.effective_uid = geteuid();
  facts.effective_capabilities =
      ParseEffectiveCapabilities(ReadFile("/proc/self/status").value_or(""));
  facts.memlock_bytes = MemlockBytes();  // before the probe, which may raise it
  facts.bpf = ProbeBpf();

  facts.cgroups = FindCgroups();
  facts.cgroup_made = facts.cgroups.ok() ? TryCgroup(*facts.cgroups) : absl::OkStatus();

  facts.falco_bin = options.falco_bin;
  facts.falco = FindFalco(options.falco_bin);
  facts.falco_config =
      options.falco_config.empty() ? FalcoArguments().config : options.falco_config;
  if (facts.falco.ok()) {
    facts.falco_faults = FaultsOfConfiguration(facts.falco_config, *facts.falco);
  }
  facts.running_falcos = FindRunningFalco();
  for (const RunningFalco& running : facts.running_falcos) {
    if (running.of_benchmark) continue;
    facts.falco_cpus = CpusOf(running.pid);
    if (options.look_at_attaching) facts.attaching = options.look_at_attaching(running);
    break;  // with several, none can be attached to
  }

  facts.programs_dir = options.programs_dir;
  if (facts.programs_dir.empty()) facts.programs_dir = ExecutableDirectory().value_or(".");
  for (const char* program : {"bench-sensor", "bench-generator", kGuardProgram}) {
    const std::string path = absl::StrCat(facts.programs_dir, "/", program);
    if (access(path.c_str(), X_OK) != 0) facts.missing_programs.push_back(program);
  }

  facts.state_contents = InspectStateDir(options.state_dir);
  if (facts.cgroups.ok()) {
    facts.orphan_groups = OrphanGroups(*facts.cgroups, facts.state_contents);
  }
  facts.state_dir = CheckWritable(options.state_dir);
  if (!options.db_path.empty()) {
    std::error_code error;
    const fs::path database = fs::absolute(options.db_path, error);
    facts.database = CheckWritable(database.parent_path().string());
    facts.database.path = options.db_path;
    if (fs::exists(database, error) && access(database.c_str(), R_OK | W_OK) != 0) {
      facts.database.writable = ErrnoStatus(absl::StrCat("open ", options.db_path), errno);
    }
  }
  return facts;
}

}  // namespace bench
