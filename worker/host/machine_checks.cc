#include "worker/host/machine_checks.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "worker/host/doctor_parts.h"

namespace bench {
namespace {

constexpr double kBusyLoadPerCpu = 0.3;
constexpr int64_t kLowSpaceBytes = int64_t{256} << 20;
constexpr int64_t kNoSpaceBytes = int64_t{4} << 20;

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

}  // namespace

DoctorCheck ProgramsCheck(const DoctorFacts& facts) {
  if (facts.missing_programs.empty()) {
    return Pass(
        absl::StrCat("bench-sensor, bench-generator and bench-guard are in ", facts.programs_dir));
  }
  return Fail(absl::StrCat(absl::StrJoin(facts.missing_programs, " and "),
                           facts.missing_programs.size() == 1 ? " is" : " are", " missing in ",
                           facts.programs_dir),
              "build or install all programs into one folder: scripts/quickstart.sh does");
}

DoctorCheck CpusCheck(const DoctorFacts& facts) {
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

DoctorCheck GovernorCheck(const DoctorFacts& facts) {
  const std::string& governor = facts.host.governor;
  if (governor == "performance") return Pass(governor);
  if (governor == "unknown")
    return Pass("the host does not tell, as is usual for virtual machines");
  return Warn(
      absl::StrCat(governor, ": the CPUs' clock follows the load, and results vary with it"),
      "echo performance | sudo tee /sys/devices/system/cpu/cpu*/cpufreq/scaling_governor");
}

DoctorCheck LoadCheck(const DoctorFacts& facts) {
  const size_t cpus = facts.host.online_cpus.empty() ? 1 : facts.host.online_cpus.size();
  const double per_cpu = facts.host.load_average_1min / static_cast<double>(cpus);
  const std::string finding =
      absl::StrFormat("load average %.2f on %d CPUs", facts.host.load_average_1min, cpus);
  if (per_cpu <= kBusyLoadPerCpu) return Pass(finding);
  return Warn(absl::StrCat(finding, ": other work disturbs the measurement"),
              "find it with top -o %CPU and stop it, or wait a minute");
}

DoctorCheck LeftoversCheck(const DoctorFacts& facts) {
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

DoctorCheck StateDirCheck(const DoctorFacts& facts) {
  return Place(facts.state_dir, "--state-dir DIR");
}
DoctorCheck DatabaseCheck(const DoctorFacts& facts) {
  return Place(facts.database, "--db FILE");
}

}  // namespace bench
