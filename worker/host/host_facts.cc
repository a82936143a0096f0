#include "worker/host/host_facts.h"

#include <algorithm>
#include <cctype>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/os/files.h"

namespace bench {
namespace {

constexpr int kMaxCpus = 1 << 16;  // a damaged list must not fill the memory

std::string ReadLine(const std::string& path) {
  absl::StatusOr<std::string> text = ReadFile(path);
  return text.ok() ? std::string(absl::StripAsciiWhitespace(*text)) : "";
}

std::string ReadAll(const std::string& path) {
  return ReadFile(path).value_or("");
}

// The value of the first "key : value" line.
std::string Field(absl::string_view text, absl::string_view key) {
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    std::pair<absl::string_view, absl::string_view> parts =
        absl::StrSplit(line, absl::MaxSplits(':', 1));
    if (absl::StripAsciiWhitespace(parts.first) == key) {
      return std::string(absl::StripAsciiWhitespace(parts.second));
    }
  }
  return "";
}

int64_t MemoryBytes(absl::string_view meminfo) {
  std::vector<std::string> words = absl::StrSplit(Field(meminfo, "MemTotal"), ' ');
  int64_t kib = 0;
  return absl::SimpleAtoi(words[0], &kib) ? kib * 1024 : 0;
}

std::string Governor(const std::string& root, const std::vector<int>& cpus) {
  std::string common;
  for (int cpu : cpus) {
    std::string governor = ReadLine(
        absl::StrCat(root, "/sys/devices/system/cpu/cpu", cpu, "/cpufreq/scaling_governor"));
    if (governor.empty()) continue;
    if (!common.empty() && common != governor) return "mixed";
    common = governor;
  }
  return common.empty() ? "unknown" : common;
}

}  // namespace

std::vector<int> ParseCpuList(absl::string_view text) {
  std::vector<int> cpus;
  for (absl::string_view part : absl::StrSplit(absl::StripAsciiWhitespace(text), ',')) {
    std::vector<absl::string_view> ends = absl::StrSplit(part, '-');
    int first = 0;
    int last = 0;
    if (ends.size() > 2 || !absl::SimpleAtoi(ends.front(), &first) ||
        !absl::SimpleAtoi(ends.back(), &last) || first < 0 || last >= kMaxCpus) {
      continue;
    }
    for (int cpu = first; cpu <= last; ++cpu) cpus.push_back(cpu);
  }
  std::sort(cpus.begin(), cpus.end());
  cpus.erase(std::unique(cpus.begin(), cpus.end()), cpus.end());
  return cpus;
}

std::vector<int> AllowedCpus(absl::string_view status_text) {
  return ParseCpuList(Field(status_text, "Cpus_allowed_list"));
}

std::string CpuModel(absl::string_view cpuinfo) {
  for (const char* key : {"model name", "Model", "cpu model", "Hardware", "cpu"}) {
    if (std::string model = Field(cpuinfo, key); !model.empty()) return model;
  }
  const std::string implementer = Field(cpuinfo, "CPU implementer");
  if (implementer.empty()) return "";
  return absl::StrCat("ARM implementer ", implementer, " part ", Field(cpuinfo, "CPU part"));
}

std::string NameVirtualization(absl::string_view cpuinfo, absl::string_view hypervisor_type,
                               absl::string_view sys_vendor, absl::string_view product_name) {
  const std::string flags = absl::StrCat(" ", Field(cpuinfo, "flags"), " ");
  const bool is_x86 = flags != "  ";
  const bool flagged = absl::StrContains(flags, " hypervisor ");
  if (!hypervisor_type.empty()) return std::string(hypervisor_type);
  // Bare metal of a cloud carries the cloud's name, too: on x86 the CPU's flag decides.
  if (is_x86 && !flagged) return "none";
  struct Known {
    const char* dmi;
    const char* name;
  };
  static constexpr Known kKnown[] = {
      {"kvm", "kvm"},
      {"qemu", "qemu"},
      {"vmware", "vmware"},
      {"virtualbox", "virtualbox"},
      {"innotek", "virtualbox"},
      {"google", "google"},
      {"amazon", "amazon"},
      {"microsoft", "hyperv"},
      {"openstack", "openstack"},
      {"parallels", "parallels"},
      {"xen", "xen"},
      {"bhyve", "bhyve"},
  };
  const std::string dmi = absl::AsciiStrToLower(absl::StrCat(product_name, " ", sys_vendor));
  for (const Known& known : kKnown) {
    // An ARM server of one of these makers says ".metal" when there is no hypervisor.
    if (absl::StrContains(dmi, known.dmi) && !absl::StrContains(dmi, "metal")) return known.name;
  }
  return flagged ? "vm" : "none";
}

bool KernelAtLeast(absl::string_view release, int major, int minor) {
  std::vector<absl::string_view> parts =
      absl::StrSplit(release, absl::MaxSplits(absl::ByAnyChar(".-+ "), 2));
  int has_major = 0;
  int has_minor = 0;
  if (parts.size() < 2 || !absl::SimpleAtoi(parts[0], &has_major) ||
      !absl::SimpleAtoi(parts[1], &has_minor)) {
    return false;
  }
  return std::make_pair(has_major, has_minor) >= std::make_pair(major, minor);
}

HostFacts ReadHostFacts(const std::string& root) {
  HostFacts facts;
  facts.hostname = ReadLine(root + "/proc/sys/kernel/hostname");
  facts.kernel_release = ReadLine(root + "/proc/sys/kernel/osrelease");
  const std::string cpuinfo = ReadAll(root + "/proc/cpuinfo");
  facts.cpu_model = CpuModel(cpuinfo);
  facts.online_cpus = ParseCpuList(ReadLine(root + "/sys/devices/system/cpu/online"));
  facts.allowed_cpus = AllowedCpus(ReadAll(root + "/proc/self/status"));
  // The mask may name CPUs that are not there.
  if (!facts.online_cpus.empty()) {
    auto offline = [&](int cpu) {
      return !std::binary_search(facts.online_cpus.begin(), facts.online_cpus.end(), cpu);
    };
    facts.allowed_cpus.erase(
        std::remove_if(facts.allowed_cpus.begin(), facts.allowed_cpus.end(), offline),
        facts.allowed_cpus.end());
  }
  facts.memory_bytes = MemoryBytes(ReadAll(root + "/proc/meminfo"));
  facts.virtualization = NameVirtualization(cpuinfo, ReadLine(root + "/sys/hypervisor/type"),
                                            ReadLine(root + "/sys/class/dmi/id/sys_vendor"),
                                            ReadLine(root + "/sys/class/dmi/id/product_name"));
  facts.governor = Governor(root, facts.online_cpus);
  facts.smt_active = ReadLine(root + "/sys/devices/system/cpu/smt/active") == "1";
  facts.btf_present = PathExists(root + "/sys/kernel/btf/vmlinux");
  int disabled = 0;
  if (absl::SimpleAtoi(ReadLine(root + "/proc/sys/kernel/unprivileged_bpf_disabled"), &disabled)) {
    facts.unprivileged_bpf_disabled = disabled;
  }
  std::vector<std::string> loads = absl::StrSplit(ReadLine(root + "/proc/loadavg"), ' ');
  double load = 0;
  if (absl::SimpleAtod(loads[0], &load)) facts.load_average_1min = load;
  return facts;
}

}  // namespace bench
