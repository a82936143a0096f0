#include "worker/host/falco_checks.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "worker/host/attach_target.h"
#include "worker/host/doctor_parts.h"

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
