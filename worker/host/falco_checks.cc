#include "worker/host/falco_checks.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "worker/host/attach_target.h"
#include "worker/host/doctor_parts.h"
#include "worker/load/placement.h"

namespace bench {
namespace {

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

bool CanBeAttachedTo(const DoctorFacts& facts) {
  return facts.attaching.ok() &&
         std::none_of(facts.attaching->faults.begin(), facts.attaching->faults.end(),
                      [](const ConfigFault& fault) { return fault.fatal; });
}

std::vector<int> Common(const std::vector<int>& a, const std::vector<int>& b) {
  std::vector<int> common;
  std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(common));
  return common;
}

std::string CpusText(const std::vector<int>& cpus) {
  return absl::StrCat(cpus.size() == 1 ? "CPU " : "CPUs ", FormatCpuList(cpus));
}

struct Sharing {
  int limit_cpus = 0;
  std::vector<int> generator_cpus;
};

// The smallest limit in whole CPUs under which a Falco that may use `cpus` can't have as many of
// them to itself, for the generators that are pinned to theirs.
std::optional<Sharing> FirstSharing(const std::vector<int>& cpus,
                                    const std::vector<int>& for_benchmark) {
  for (int limit = 1; limit < static_cast<int>(for_benchmark.size()); ++limit) {
    std::vector<int> generators = PlaceProcesses(for_benchmark, limit * 1000,
                                                 /*wanted_generators=*/0, /*pin=*/true)
                                      .generator_cpus;
    const size_t own = cpus.size() - Common(cpus, generators).size();
    if (own < std::min(cpus.size(), static_cast<size_t>(limit))) {
      return Sharing{.limit_cpus = limit, .generator_cpus = std::move(generators)};
    }
  }
  return std::nullopt;
}

std::string HowToLiftAffinity(const RunningFalco& falco, const std::vector<int>& online) {
  const std::string all = FormatCpuList(online);
  if (!falco.container.empty()) {
    return absl::StrCat("docker update --cpuset-cpus ", all, " ", falco.container.substr(0, 12),
                        " (in Kubernetes: take it out of the static CPU manager's hands)");
  }
  if (!falco.unit.empty()) {
    return absl::StrCat("take CPUAffinity= and AllowedCPUs= out of ", falco.unit,
                        " (systemctl edit) and restart it, or for now: taskset -apc ", all, " ",
                        falco.pid);
  }
  return absl::StrCat("taskset -apc ", all, " ", falco.pid,
                      "; where that is refused, a cpuset of its control group holds it");
}

}  // namespace

DoctorCheck FalcoCheck(const DoctorFacts& facts) {
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

DoctorCheck FalcoConfigurationCheck(const DoctorFacts& facts) {
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

DoctorCheck AttachingCheck(const DoctorFacts& facts) {
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

DoctorCheck FalcoCpusCheck(const DoctorFacts& facts) {
  const std::vector<RunningFalco> running = OfOthers(facts.running_falcos);
  if (running.size() != 1) return Pass("there is not one Falco that could be attached to");
  const std::vector<int> cpus = Common(facts.falco_cpus, facts.host.online_cpus);
  if (cpus.empty()) return Pass("which CPUs it may use is not known");
  const std::string may_use = absl::StrCat("it may use ", CpusText(cpus));
  if (cpus == facts.host.online_cpus) return Pass(absl::StrCat(may_use, ", all of them"));
  const std::optional<Sharing> shared = FirstSharing(cpus, facts.host.allowed_cpus);
  if (!shared) {
    return Pass(absl::StrCat(may_use, ": a CPU limit above ", cpus.size(), " changes nothing"));
  }
  return Warn(absl::StrCat(may_use, " only, and under a CPU limit of ", shared->limit_cpus,
                           " the load generator is put on ", CpusText(shared->generator_cpus),
                           ": they slow each other down, and nothing of the affinity of a Falco "
                           "that runs is changed"),
              HowToLiftAffinity(running.front(), facts.host.online_cpus));
}

DoctorCheck OtherFalcosCheck(const DoctorFacts& facts) {
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

}  // namespace bench
