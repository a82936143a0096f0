#include "controller/engine/circumstances.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "controller/analysis/comparability.h"

namespace bench {
namespace {

std::string LoadText(const v1::SweepSpec& spec) {
  if (spec.mix_size() > 0) {
    return absl::StrJoin(spec.mix(), " ", [](std::string* out, const v1::MixPart& part) {
      absl::StrAppend(out, part.action(), "=", part.weight());
    });
  }
  if (spec.actions_regex().empty()) return spec.profile();
  return absl::StrCat(spec.profile(), " ", spec.actions_regex());
}

void LeaveAxesOut(const v1::SweepSpec& spec, Circumstances* run) {
  if (spec.driver_size() > 1) {
    run->driver.clear();
    run->driver_version.clear();
  }
  if (spec.driver_size() > 1 || spec.buffer_preset_size() > 1 || spec.cpus_per_buffer_size() > 1) {
    run->ring_bytes = 0;
  }
  if (spec.rules_size() > 1) run->rules_sha256.clear();
  if (spec.base_syscalls_size() > 1) run->base_syscalls.clear();
}

Circumstances ToCircumstances(const v1::Run& measured, const v1::Manifest& manifest,
                              const v1::SweepSpec& spec) {
  Circumstances run = {.sensor_kind = manifest.sensor().kind(),
                       .sensor_version = manifest.sensor().version(),
                       .driver = manifest.sensor().driver(),
                       .driver_version = manifest.driver_version(),
                       .libs_version = manifest.libs_version(),
                       .config_sha256 = manifest.config_sha256(),
                       .effective_config_sha256 = manifest.effective_config_sha256(),
                       .rules_sha256 = manifest.rules_sha256(),
                       .ring_bytes = manifest.ring_bytes(),
                       .cpus_per_ring = manifest.cpus_per_ring(),
                       .load = LoadText(spec),
                       .pinned = !manifest.generator_cpus().empty(),
                       .kernel = manifest.kernel(),
                       .cpu_model = manifest.cpu_model(),
                       .cpus = manifest.cpus(),
                       .governor = manifest.governor(),
                       .virtualization = manifest.virtualization(),
                       .cgroup_version = manifest.cgroup_version(),
                       .tool_version = manifest.tool_version()};
  if (manifest.has_sensor_arguments()) run.arguments = manifest.sensor_arguments();
  if (manifest.has_smt_active()) run.smt_active = manifest.smt_active();
  if (manifest.has_steal_ratio()) run.steal_ratio = manifest.steal_ratio();
  if (manifest.sensor().kind() == "falco") {
    const std::string& base_syscalls = measured.cell().base_syscalls();
    run.base_syscalls = base_syscalls.empty() ? "configured" : base_syscalls;
  }
  return run;
}

}  // namespace

std::vector<std::string> NotesOn(const std::vector<v1::Run>& runs,
                                 const std::map<std::string, v1::SweepSpec>& specs,
                                 const std::map<std::string, v1::Manifest>& manifests) {
  std::vector<Circumstances> circumstances;
  for (const v1::Run& run : runs) {
    const auto spec = specs.find(run.campaign_id());
    const auto manifest = manifests.find(run.id());
    if (run.state() != v1::Run::DONE || spec == specs.end() || manifest == manifests.end()) {
      continue;
    }
    circumstances.push_back(ToCircumstances(run, manifest->second, spec->second));
    if (specs.size() == 1) LeaveAxesOut(spec->second, &circumstances.back());
  }
  return ComparabilityNotes(Differences(circumstances));
}

}  // namespace bench
