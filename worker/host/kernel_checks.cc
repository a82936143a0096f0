#include "worker/host/kernel_checks.h"

#include <linux/capability.h>

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "common/units/quantity.h"
#include "worker/host/doctor_parts.h"

namespace bench {
namespace {

// A sensor's rings (8 MB for two CPUs) and maps, where the kernel counts them as locked memory.
constexpr int64_t kMemlockNeedBytes = int64_t{64} << 20;

bool Has(const DoctorFacts& facts, int capability) {
  return (facts.effective_capabilities >> capability & 1) != 0;
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

}  // namespace

DoctorCheck PrivilegesCheck(const DoctorFacts& facts) {
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

DoctorCheck BpfCheck(const DoctorFacts& facts) {
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

DoctorCheck BtfCheck(const DoctorFacts& facts) {
  if (facts.host.btf_present) return Pass("/sys/kernel/btf/vmlinux is there");
  return Fail("there is no /sys/kernel/btf/vmlinux, which the modern eBPF sensors need",
              "boot a kernel built with CONFIG_DEBUG_INFO_BTF=y: the stock kernels of Debian 11, "
              "Ubuntu 20.10, RHEL 8.2 and newer are");
}

DoctorCheck MemlockCheck(const DoctorFacts& facts) {
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

DoctorCheck TracepointsCheck(const DoctorFacts& facts) {
  if (facts.bpf.tracepoint.ok()) return Pass("a program attaches to the raw tracepoint sys_exit");
  return Fail(Message(facts.bpf.tracepoint),
              facts.bpf.program.ok()
                  ? "boot a kernel built with CONFIG_FTRACE_SYSCALLS=y and without lockdown "
                    "(cat /sys/kernel/security/lockdown)"
                  : "mend the check \"bpf\" first");
}

DoctorCheck CgroupsCheck(const DoctorFacts& facts) {
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

}  // namespace bench
