#include "worker/host/doctor_checks.h"

#include <linux/capability.h>

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "common/units/quantity.h"
#include "worker/host/attach_target.h"

namespace bench {
namespace {

constexpr double kBusyLoadPerCpu = 0.3;
constexpr int64_t kLowSpaceBytes = int64_t{256} << 20;
constexpr int64_t kNoSpaceBytes = int64_t{4} << 20;
// A sensor's rings (8 MB for two CPUs) and maps, where the kernel counts them as locked memory.
constexpr int64_t kMemlockNeedBytes = int64_t{64} << 20;
constexpr char kRunAsRoot[] =
    "run it as root (sudo benchctl doctor), or in a container with: docker run --privileged "
    "--pid=host --cgroupns=host";

using Status = DoctorCheck::Status;

DoctorCheck Pass(std::string finding) {
  return {.status = Status::kPass, .finding = std::move(finding)};
}
DoctorCheck Warn(std::string finding, std::string mend) {
  return {.status = Status::kWarn, .finding = std::move(finding), .mend = std::move(mend)};
}
DoctorCheck Fail(std::string finding, std::string mend) {
  return {.status = Status::kFail, .finding = std::move(finding), .mend = std::move(mend)};
}

bool Has(const DoctorFacts& facts, int capability) {
  return (facts.effective_capabilities >> capability & 1) != 0;
}

std::string Message(const absl::Status& status) {
  return std::string(status.message());
}

// Capabilities are given as `docker run --cap-add` takes them.
std::string HowToGet(const DoctorFacts& facts, const std::vector<std::string>& lacking) {
  if (facts.effective_uid != 0) return kRunAsRoot;
  std::string flags;
  for (const std::string& name : lacking) {
    absl::StrAppend(&flags, " --cap-add ", absl::StripPrefix(name, "CAP_"));
  }
  return absl::StrCat("this root is confined: start its container with --privileged, or with",
                      flags, "; a service with CapabilityBoundingSet= and AmbientCapabilities=");
}

DoctorCheck Privileges(const DoctorFacts& facts) {
  struct Wanted {
    int capability;
    const char* name;
    bool admin_will_do;  // CAP_SYS_ADMIN includes it
    const char* lost;    // what does not work without; "" = nothing can be measured
  };
  static constexpr Wanted kWanted[] = {
      {CAP_BPF, "CAP_BPF", true, ""},
      {CAP_PERFMON, "CAP_PERFMON", true, ""},
      {CAP_SYS_RESOURCE, "CAP_SYS_RESOURCE", false, "Falco may refuse to start"},
      {CAP_SYS_PTRACE, "CAP_SYS_PTRACE", false, "sensors can't read other processes' /proc"},
      {CAP_SYS_NICE, "CAP_SYS_NICE", false, "stalls of the host can't be told from the sensor's"},
      {CAP_SYS_ADMIN, "CAP_SYS_ADMIN", false, "the action ChangeThreadNamespace does nothing"},
  };
  std::vector<std::string> lacking;
  std::vector<std::string> findings;
  bool fatal = false;
  for (const Wanted& wanted : kWanted) {
    if (Has(facts, wanted.capability)) continue;
    if (wanted.admin_will_do && Has(facts, CAP_SYS_ADMIN)) continue;
    const bool needed = wanted.lost[0] == '\0';
    fatal |= needed;
    lacking.push_back(wanted.name);
    findings.push_back(needed ? absl::StrCat("no ", wanted.name, " (needed)")
                              : absl::StrCat("no ", wanted.name, " (", wanted.lost, ")"));
  }
  const std::string who =
      facts.effective_uid == 0 ? "root" : absl::StrCat("user ", facts.effective_uid);
  if (lacking.empty()) return Pass(absl::StrCat(who, ", with the capabilities that are needed"));
  const std::string finding = absl::StrCat(who, ": ", absl::StrJoin(findings, ", "));
  return fatal ? Fail(finding, HowToGet(facts, lacking)) : Warn(finding, HowToGet(facts, lacking));
}

DoctorCheck Bpf(const DoctorFacts& facts) {
  if (!facts.bpf.map.ok()) {
    return Fail(Message(facts.bpf.map),
                absl::IsPermissionDenied(facts.bpf.map)
                    ? kRunAsRoot
                    : "boot a kernel built with CONFIG_BPF_SYSCALL, 5.8 or newer");
  }
  if (!facts.bpf.ring.ok()) {
    return Fail(absl::StrCat(Message(facts.bpf.ring), " on kernel ", facts.host.kernel_release),
                "boot kernel 5.8 or newer: the sensors need BPF ring buffers");
  }
  if (!facts.bpf.program.ok()) return Fail(Message(facts.bpf.program), kRunAsRoot);
  return Pass("maps, ring buffers and programs can be made");
}

DoctorCheck Btf(const DoctorFacts& facts) {
  if (facts.host.btf_present) return Pass("/sys/kernel/btf/vmlinux is there");
  return Fail("there is no /sys/kernel/btf/vmlinux, which the modern eBPF sensors need",
              "boot a kernel built with CONFIG_DEBUG_INFO_BTF=y: the stock kernels of Debian 11, "
              "Ubuntu 20.10, RHEL 8.2 and newer are");
}

DoctorCheck Memlock(const DoctorFacts& facts) {
  const std::string limit =
      facts.memlock_bytes == INT64_MAX ? "unlimited" : FormatMemoryBytes(facts.memlock_bytes);
  const std::string finding = absl::StrCat("RLIMIT_MEMLOCK is ", limit);
  if (Has(facts, CAP_SYS_RESOURCE) || facts.memlock_bytes == INT64_MAX) return Pass(finding);
  const std::string mend =
      "ulimit -l unlimited before starting it, or give it CAP_SYS_RESOURCE (docker run "
      "--cap-add SYS_RESOURCE)";
  if (!KernelAtLeast(facts.host.kernel_release, 5, 11) && facts.memlock_bytes < kMemlockNeedBytes) {
    return Fail(absl::StrCat(finding, " and can't be raised; kernel ", facts.host.kernel_release,
                             " counts the sensor's rings against it"),
                mend);
  }
  return Warn(absl::StrCat(finding,
                           " and can't be raised without CAP_SYS_RESOURCE: Falco tries to "
                           "and may refuse to start; the reference sensor does not"),
              mend);
}

DoctorCheck Tracepoints(const DoctorFacts& facts) {
  if (facts.bpf.tracepoint.ok()) return Pass("a program attaches to the raw tracepoint sys_exit");
  return Fail(Message(facts.bpf.tracepoint),
              facts.bpf.program.ok()
                  ? "boot a kernel built with CONFIG_FTRACE_SYSCALLS=y and without lockdown "
                    "(cat /sys/kernel/security/lockdown)"
                  : "mend the check \"bpf\" first");
}

DoctorCheck Cgroups(const DoctorFacts& facts) {
  if (!facts.cgroups.ok()) {
    return Fail(Message(facts.cgroups.status()),
                "mount -t cgroup2 none /sys/fs/cgroup, or boot with "
                "systemd.unified_cgroup_hierarchy=1 cgroup_enable=memory");
  }
  const CgroupMounts& mounts = *facts.cgroups;
  const std::string where =
      mounts.version == 2
          ? absl::StrCat("v2 at ", mounts.unified, " with cpu and memory")
          : absl::StrCat("v1 with cpu at ", mounts.cpu, ", memory at ", mounts.memory);
  if (!facts.cgroup_made.ok()) {
    return Fail(absl::StrCat(where, ", but: ", Message(facts.cgroup_made)), kRunAsRoot);
  }
  return Pass(absl::StrCat(where, "; a limited group can be made and removed"));
}

DoctorCheck Falco(const DoctorFacts& facts) {
  if (facts.falco.ok()) return Pass(absl::StrCat(facts.falco->path, " ", facts.falco->version));
  if (!facts.falco_bin.empty()) {
    return Fail(Message(facts.falco.status()), "name Falco's program with --falco-bin FILE");
  }
  if (absl::IsNotFound(facts.falco.status())) {
    return Warn(
        "not found: `--sensor auto` takes the built-in reference sensor, whose rates are "
        "not Falco's",
        "install Falco (https://falco.org/docs/setup) or name its program with "
        "--falco-bin FILE");
  }
  return Fail(Message(facts.falco.status()), "reinstall Falco, or use --sensor reference");
}

// Not one of a benchmark in progress, or what a killed one left: other checks speak of those.
std::vector<RunningFalco> OfOthers(const std::vector<RunningFalco>& running) {
  std::vector<RunningFalco> others;
  std::copy_if(running.begin(), running.end(), std::back_inserter(others),
               [](const RunningFalco& falco) { return !falco.of_benchmark; });
  return others;
}

std::string Joined(const std::vector<ConfigFault>& faults, std::string ConfigFault::*text) {
  return absl::StrJoin(faults, "; ", [text](std::string* out, const ConfigFault& fault) {
    absl::StrAppend(out, fault.*text);
  });
}

DoctorCheck FalcoConfiguration(const DoctorFacts& facts) {
  if (!facts.falco.ok()) return Pass("there is no Falco to configure");
  if (!facts.falco_faults.ok()) {
    return Fail(Message(facts.falco_faults.status()),
                "mend the file, or name another with --falco-config FILE");
  }
  std::vector<ConfigFault> faults = *facts.falco_faults;
  const auto overridden = std::stable_partition(
      faults.begin(), faults.end(), [](const ConfigFault& fault) { return !fault.overridden; });
  const std::vector<ConfigFault> for_attaching(overridden, faults.end());
  faults.erase(overridden, faults.end());
  std::string seen = absl::StrCat(facts.falco_config,
                                  faults.empty() ? ", with what we override at its start" : ": ",
                                  Joined(faults, &ConfigFault::seen));
  std::string mend = Joined(faults, &ConfigFault::mend);
  if (!for_attaching.empty()) {
    absl::StrAppend(&seen, "; `--sensor attach`, which overrides nothing, would meet: ",
                    Joined(for_attaching, &ConfigFault::seen));
    absl::StrAppend(&mend, "; for `--sensor attach`: ", Joined(for_attaching, &ConfigFault::mend));
  }
  return faults.empty() ? Pass(seen) : Warn(seen, mend);
}

bool CanBeAttachedTo(const DoctorFacts& facts) {
  return facts.attaching.ok() &&
         std::none_of(facts.attaching->faults.begin(), facts.attaching->faults.end(),
                      [](const ConfigFault& fault) { return fault.fatal; });
}

DoctorCheck Attaching(const DoctorFacts& facts) {
  const std::vector<RunningFalco> running = OfOthers(facts.running_falcos);
  if (running.empty()) return Pass("no Falco runs that could be measured with --sensor attach");
  if (running.size() > 1) {
    return Warn(absl::StrCat(running.size(), " Falcos run, and they disturb each other's figures"),
                "stop all but the one to measure with --sensor attach");
  }
  if (!facts.attaching.ok()) {
    return Warn(Message(facts.attaching.status()),
                "mend it, if it is to be measured with --sensor attach");
  }
  const AttachOutlook& outlook = *facts.attaching;
  if (!CanBeAttachedTo(facts)) {
    return Warn(absl::StrCat("it can't be measured as it runs: ",
                             Joined(outlook.faults, &ConfigFault::seen)),
                Joined(outlook.faults, &ConfigFault::mend));
  }
  std::vector<std::string> seen = {
      absl::StrCat("it can be measured as it runs, with --sensor attach: ", outlook.reads)};
  std::vector<std::string> mends;
  if (!outlook.faults.empty()) {
    seen.push_back(Joined(outlook.faults, &ConfigFault::seen));
    mends.push_back(Joined(outlook.faults, &ConfigFault::mend));
  }
  if (!outlook.others_note.empty()) {
    seen.push_back(outlook.others_note);
    mends.emplace_back("give Falco a control group of its own");
  }
  if (mends.empty()) return Pass(seen.front());
  return Warn(absl::StrJoin(seen, "; "), absl::StrJoin(mends, "; "));
}

DoctorCheck OtherFalcos(const DoctorFacts& facts) {
  std::vector<std::string> seen;
  std::vector<std::string> mends;
  for (const RunningFalco& falco : OfOthers(facts.running_falcos)) {
    seen.push_back(NameOf(falco));
    mends.push_back(HowToStop(falco));
  }
  if (seen.empty()) return Pass("no other Falco runs");
  const std::string finding = absl::StrCat("a Falco runs already, ", absl::StrJoin(seen, ", "),
                                           ": two disturb each other's measurements");
  const std::string stop = absl::StrJoin(mends, "; ");
  if (seen.size() == 1 && CanBeAttachedTo(facts)) {
    return Warn(finding,
                absl::StrCat("measure that one, with --sensor attach; for another: ", stop));
  }
  return Fail(finding, stop);
}

DoctorCheck Programs(const DoctorFacts& facts) {
  if (facts.missing_programs.empty()) {
    return Pass(
        absl::StrCat("bench-sensor, bench-generator and bench-guard are in ", facts.programs_dir));
  }
  return Fail(absl::StrCat(absl::StrJoin(facts.missing_programs, " and "),
                           facts.missing_programs.size() == 1 ? " is" : " are", " missing in ",
                           facts.programs_dir),
              "build or install all programs into one folder: scripts/quickstart.sh does");
}

DoctorCheck Cpus(const DoctorFacts& facts) {
  const size_t usable = facts.host.allowed_cpus.size();
  const std::string model =
      facts.host.cpu_model.empty() ? "" : absl::StrCat(" (", facts.host.cpu_model, ")");
  if (usable >= 2) {
    return Pass(absl::StrCat(usable, " of ", facts.host.online_cpus.size(), " online CPUs", model,
                             facts.host.smt_active ? ", hyper-threads among them" : "",
                             facts.host.virtualization == "none"
                                 ? ""
                                 : absl::StrCat(", virtualization: ", facts.host.virtualization)));
  }
  return Warn(absl::StrCat("only ", usable, " CPU may be used", model,
                           ": load generator and sensor share it and slow each other down"),
              "use a host with 2 CPUs or more, or lift this process's affinity (taskset -pc "
              "0-1 $$)");
}

DoctorCheck Governor(const DoctorFacts& facts) {
  const std::string& governor = facts.host.governor;
  if (governor == "performance") return Pass(governor);
  if (governor == "unknown")
    return Pass("the host does not tell, as is usual for virtual machines");
  return Warn(
      absl::StrCat(governor, ": the CPUs' clock follows the load, and results vary with it"),
      "echo performance | sudo tee /sys/devices/system/cpu/cpu*/cpufreq/scaling_governor");
}

DoctorCheck Load(const DoctorFacts& facts) {
  const size_t cpus = facts.host.online_cpus.empty() ? 1 : facts.host.online_cpus.size();
  const double per_cpu = facts.host.load_average_1min / static_cast<double>(cpus);
  const std::string finding =
      absl::StrFormat("load average %.2f on %d CPUs", facts.host.load_average_1min, cpus);
  if (per_cpu <= kBusyLoadPerCpu) return Pass(finding);
  return Warn(absl::StrCat(finding, ": other work disturbs the measurement"),
              "find it with top -o %CPU and stop it, or wait a minute");
}

DoctorCheck Leftovers(const DoctorFacts& facts) {
  const StateDirContents& contents = facts.state_contents;
  if (contents.held_by) {
    const bool known = *contents.held_by > 0;
    return Warn(absl::StrCat("a benchmark runs right now",
                             known ? absl::StrCat(", process ", *contents.held_by) : ""),
                known ? absl::StrCat("wait until it has ended, or: kill ", *contents.held_by)
                      : "wait until it has ended");
  }
  if (contents.leftovers.empty()) {
    if (facts.orphan_groups.empty()) return Pass("nothing is left of an earlier benchmark");
    return Warn(absl::StrCat("a killed benchmark with another --state-dir left ",
                             absl::StrJoin(facts.orphan_groups, ", ")),
                absl::StrCat("start one with that --state-dir, or: rmdir ",
                             absl::StrJoin(facts.orphan_groups, " ")));
  }
  constexpr size_t kShown = 3;
  std::vector<std::string> shown(
      contents.leftovers.begin(),
      contents.leftovers.begin() +
          static_cast<std::ptrdiff_t>(std::min(kShown, contents.leftovers.size())));
  std::string more = contents.leftovers.size() > kShown
                         ? absl::StrCat(" and ", contents.leftovers.size() - kShown, " more")
                         : "";
  return Warn(absl::StrCat("a killed benchmark left ", absl::StrJoin(shown, ", "), more),
              "nothing: the next benchctl sweep, or start of bench-worker, cleans up");
}

DoctorCheck Place(const WritablePlace& place, const std::string& flag) {
  const std::string mend = absl::StrCat("choose another place with ", flag);
  if (!place.writable.ok()) {
    return Fail(absl::StrCat(place.path, ": ", Message(place.writable)), mend);
  }
  const std::string finding = absl::StrFormat("%s is writable, %.1f GiB free", place.path,
                                              static_cast<double>(place.free_bytes) / (1 << 30));
  const std::string free_space = absl::StrCat("free space there (df -h), or ", mend);
  if (place.free_bytes < kNoSpaceBytes) {
    return Fail(absl::StrCat(place.path, " is on a full file system"), free_space);
  }
  if (place.free_bytes < kLowSpaceBytes) return Warn(finding, free_space);
  return Pass(finding);
}

DoctorCheck StateDir(const DoctorFacts& facts) {
  return Place(facts.state_dir, "--state-dir DIR");
}
DoctorCheck Database(const DoctorFacts& facts) {
  return Place(facts.database, "--db FILE");
}

struct Check {
  const char* id;
  const char* title;
  DoctorCheck (*decide)(const DoctorFacts&);
};

constexpr Check kChecks[] = {
    {"privileges", "Privileges", Privileges},
    {"bpf", "BPF", Bpf},
    {"btf", "Kernel types (BTF)", Btf},
    {"memlock", "Locked memory", Memlock},
    {"tracepoints", "Tracepoints", Tracepoints},
    {"cgroups", "Control groups", Cgroups},
    {"falco", "Falco", Falco},
    {"falco_config", "Falco's configuration", FalcoConfiguration},
    {"falco_running", "Other Falcos", OtherFalcos},
    {"falco_attach", "The Falco that runs", Attaching},
    {"programs", "Our programs", Programs},
    {"cpus", "CPUs", Cpus},
    {"governor", "CPU frequency governor", Governor},
    {"load", "Load of the host", Load},
    {"leftovers", "Leftovers", Leftovers},
    {"state_dir", "State directory", StateDir},
    {"database", "Database", Database},
};

}  // namespace

std::vector<DoctorCheck> DecideChecks(const DoctorFacts& facts) {
  std::vector<DoctorCheck> checks;
  for (const Check& check : kChecks) {
    if (check.decide == Database && facts.database.path.empty()) continue;
    checks.push_back(check.decide(facts));
    checks.back().id = check.id;
    checks.back().title = check.title;
  }
  return checks;
}

}  // namespace bench
