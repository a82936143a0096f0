// Whether runs may stand side by side. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/types/span.h"

namespace bench {

// Under what circumstances a run was measured, as far as its answer depends on them. What is not
// known is empty, 0 or unset, and differs from nothing.
struct Circumstances {
  std::string sensor_kind;     // "falco", "reference", "simulated"
  std::string sensor_version;  // "0.44.1"
  std::string driver;          // "modern_ebpf"
  std::string driver_version;
  std::string libs_version;
  std::string config_sha256;             // of the files
  std::string effective_config_sha256;   // of what Falco makes of them and of its command line
  std::optional<std::string> arguments;  // the rest of that command line, of somebody else's Falco
  std::string rules_sha256;
  std::string base_syscalls;  // as its cell set them; "configured" where it left them
  int64_t ring_bytes = 0;     // of one ring buffer
  int cpus_per_ring = 0;
  std::string load;    // the profile, or the actions and weights that stand for it
  bool pinned = true;  // sensor and load on CPUs of their own
  std::string kernel;
  std::string cpu_model;
  int cpus = 0;  // online
  std::optional<bool> smt_active;
  std::string governor;
  std::string virtualization;
  std::string cgroup_version;
  std::optional<double> steal_ratio;  // of the CPU time during the run
  std::string tool_version;           // "0.1.0"
};

enum class Fact {
  kSimulated,      // a model beside measurements
  kSensorKind,     // the reference sensor beside Falco
  kEventCounting,  // Falco on both sides of 0.42
  kSensorVersion,
  kDriver,
  kLibs,
  kConfigFiles,  // only where a run tells no more
  kConfig,
  kArguments,
  kRules,
  kBaseSyscalls,
  kRing,
  kLoad,
  kPinning,
  kKernel,
  kCpuModel,
  kCpus,
  kSmt,
  kGovernor,
  kVirtualization,
  kCgroupVersion,
  kSteal,
  kToolVersion,
};

enum class Severity {
  kSay,    // comparable, if it is said
  kNever,  // what the sentence names is not compared
};

struct Difference {
  Fact fact;
  Severity severity;
  std::string sentence;
};

// What differs among two runs or more, in the order of Fact. A simulated run has no host.
std::vector<Difference> Differences(absl::Span<const Circumstances> runs);

// For people: a line for each thing that is never compared, and one for all that must be said.
std::vector<std::string> ComparabilityNotes(const std::vector<Difference>& differences);

}  // namespace bench
