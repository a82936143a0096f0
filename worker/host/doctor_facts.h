// What the doctor's checks are decided from.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "worker/cleanup/state_dir.h"
#include "worker/falco/config_faults.h"
#include "worker/host/bpf_probe.h"
#include "worker/host/doctor.h"
#include "worker/host/falco_finder.h"
#include "worker/host/host_facts.h"
#include "worker/limits/cgroup.h"

namespace bench {

// Whether a file could be made or grown at a place.
struct WritablePlace {
  std::string path;
  absl::Status writable;
  int64_t free_bytes = 0;
};

struct DoctorFacts {
  HostFacts host;
  uid_t effective_uid = 0;
  uint64_t effective_capabilities = 0;  // bit N = capability N
  int64_t memlock_bytes = 0;            // RLIMIT_MEMLOCK's soft limit; INT64_MAX = unlimited
  BpfProbe bpf;
  absl::StatusOr<CgroupMounts> cgroups = CgroupMounts{};
  absl::Status cgroup_made;  // making a group, limiting it, reading back, removing it
  std::string falco_bin;     // as it was given
  absl::StatusOr<FalcoBinary> falco = FalcoBinary{};
  // Of the Falco that we would start; what its configuration lacks as it stands, where it was
  // found.
  std::string falco_config;
  absl::StatusOr<std::vector<ConfigFault>> falco_faults = std::vector<ConfigFault>{};
  std::vector<RunningFalco> running_falcos;
  // Of attaching to the one that runs, if one does.
  absl::StatusOr<AttachOutlook> attaching = AttachOutlook{};
  std::vector<int> falco_cpus;  // see CpusOf, of the same; empty: not known
  std::string programs_dir;
  std::vector<std::string> missing_programs;
  StateDirContents state_contents;
  // Control groups of killed benchmarks that kept their journal elsewhere, while none runs.
  std::vector<std::string> orphan_groups;
  WritablePlace state_dir;
  WritablePlace database;  // path "" = not asked for
};

DoctorFacts ReadDoctorFacts(const DoctorOptions& options);

// The CapEff mask in /proc/self/status's text; 0 if it isn't there.
uint64_t ParseEffectiveCapabilities(absl::string_view status_text);

// Whether `path` (a directory that need not exist yet) can be made and written to, without doing
// it.
WritablePlace CheckWritable(const std::string& path);

}  // namespace bench
