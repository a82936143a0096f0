// What a measurement's circumstances are, as /proc and /sys tell.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace bench {

// What can't be read is empty, zero or "unknown".
struct HostFacts {
  std::string hostname;
  std::string kernel_release;  // "6.18.44-…"
  std::string cpu_model;
  std::vector<int> online_cpus;   // ascending
  std::vector<int> allowed_cpus;  // those that this process may use (affinity, cpuset)
  int64_t memory_bytes = 0;
  std::string virtualization;  // "none", "vm", or the hypervisor's name if it tells
  std::string governor;        // of cpufreq; "unknown"; "mixed" where CPUs differ
  bool smt_active = false;
  bool btf_present = false;  // /sys/kernel/btf/vmlinux
  // kernel.unprivileged_bpf_disabled: 0 allowed, 1 and 2 not; unset = unknown.
  std::optional<int> unprivileged_bpf_disabled;
  double load_average_1min = 0;  // runnable and blocked tasks, all CPUs together
};

// `root` is put before each path ("" in real life, a fake tree in tests).
HostFacts ReadHostFacts(const std::string& root = "");

// "0-2,5" as the kernel writes lists of CPUs: {0, 1, 2, 5}. Parts that make no sense are left out.
std::vector<int> ParseCpuList(absl::string_view text);
// Those of Cpus_allowed_list in /proc/PID/status's text, by affinity and cpuset; the list may name
// CPUs that aren't there.
std::vector<int> AllowedCpus(absl::string_view status_text);

// The CPU's name in /proc/cpuinfo's text, x86 or ARM; "" if it has none.
std::string CpuModel(absl::string_view cpuinfo);

// What DMI and the hypervisor's own signs say, as HostFacts::virtualization. `hypervisor_type` is
// /sys/hypervisor/type, the others are /sys/class/dmi/id/…; each "" if absent.
std::string NameVirtualization(absl::string_view cpuinfo, absl::string_view hypervisor_type,
                               absl::string_view sys_vendor, absl::string_view product_name);

// Whether `release` ("5.10.0-28-amd64") is at least MAJOR.MINOR; an unreadable one is not.
bool KernelAtLeast(absl::string_view release, int major, int minor);

}  // namespace bench
