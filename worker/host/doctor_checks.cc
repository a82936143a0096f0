#include "worker/host/doctor_checks.h"

#include "worker/host/falco_checks.h"
#include "worker/host/kernel_checks.h"
#include "worker/host/machine_checks.h"

namespace bench {
namespace {

struct Check {
  const char* id;
  const char* title;
  DoctorCheck (*decide)(const DoctorFacts&);
};

constexpr Check kChecks[] = {
    {"privileges", "Privileges", PrivilegesCheck},
    {"bpf", "BPF", BpfCheck},
    {"btf", "Kernel types (BTF)", BtfCheck},
    {"memlock", "Locked memory", MemlockCheck},
    {"tracepoints", "Tracepoints", TracepointsCheck},
    {"cgroups", "Control groups", CgroupsCheck},
    {"falco", "Falco", FalcoCheck},
    {"falco_config", "Falco's configuration", FalcoConfigurationCheck},
    {"falco_running", "Other Falcos", OtherFalcosCheck},
    {"falco_attach", "The Falco that runs", AttachingCheck},
    {"falco_cpus", "CPUs of the Falco that runs", FalcoCpusCheck},
    {"programs", "Our programs", ProgramsCheck},
    {"cpus", "CPUs", CpusCheck},
    {"governor", "CPU frequency governor", GovernorCheck},
    {"load", "Load of the host", LoadCheck},
    {"leftovers", "Leftovers", LeftoversCheck},
    {"state_dir", "State directory", StateDirCheck},
    {"database", "Database", DatabaseCheck},
};

}  // namespace

std::vector<DoctorCheck> DecideChecks(const DoctorFacts& facts) {
  std::vector<DoctorCheck> checks;
  for (const Check& check : kChecks) {
    if (check.decide == DatabaseCheck && facts.database.path.empty()) continue;
    checks.push_back(check.decide(facts));
    checks.back().id = check.id;
    checks.back().title = check.title;
  }
  return checks;
}

}  // namespace bench