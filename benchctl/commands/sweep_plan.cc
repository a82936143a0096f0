#include "benchctl/commands/sweep_plan.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include "common/settings/settings_messages.h"

namespace bench {

v1::GetCampaignResponse PlanSweep(const v1::SubmitSweepRequest& request) {
  const v1::SweepSpec& spec = request.spec();
  v1::GetCampaignResponse plan;
  plan.mutable_campaign()->set_name(request.name());
  *plan.mutable_campaign()->mutable_tags() = request.tags();
  *plan.mutable_campaign()->mutable_spec() = spec;

  // "No limit" (0) is the most there can be.
  auto less = [](int64_t a, int64_t b) { return a != 0 && (b == 0 || a < b); };
  std::vector<int64_t> cpus(spec.cpu_millis().begin(), spec.cpu_millis().end());
  std::sort(cpus.begin(), cpus.end(), less);
  std::vector<int64_t> memory(spec.memory_bytes().begin(), spec.memory_bytes().end());
  std::sort(memory.begin(), memory.end(), [&](int64_t a, int64_t b) { return less(b, a); });
  std::vector<std::string> nodes(spec.nodes().begin(), spec.nodes().end());
  if (nodes.empty()) nodes.emplace_back();

  auto add_cell = [&](const v1::Cell& cell) {
    for (int repeat = 1; repeat <= spec.repeats(); ++repeat) {
      for (const std::string& node : nodes) {
        v1::Run* run = plan.add_runs();
        run->set_node(node);
        run->set_repeat(repeat);
        *run->mutable_cell() = cell;
      }
    }
  };
  // In the order in which the controller runs them.
  for (const SensorSettings& settings : ExpandSettings(SettingsAxesOf(spec))) {
    for (int64_t cpu_millis : cpus) {
      for (int64_t bytes : memory) {
        v1::Cell cell;
        cell.set_cpu_millis(static_cast<int32_t>(cpu_millis));
        cell.set_memory_bytes(bytes);
        SetSettings(settings, &cell);
        add_cell(cell);
      }
    }
  }
  plan.mutable_campaign()->set_runs_total(plan.runs_size());
  return plan;
}

double EstimateRunSeconds(const v1::SweepSpec& spec) {
  constexpr double kStartSec = 5;
  constexpr double kBaselineAndCalibrationSec = 25;
  constexpr double kRestSec = 2;  // between trials, until the sensor has drained
  double search_sec = 0;
  if (spec.method() == "doubling") {
    // Rounds and rests of 5 s, from 1k syscalls/s to somewhere near 256k.
    search_sec = 9 * 10;
  } else {
    // Ramp: short trials up to the first bad one. Then halvings of a bracket of about x1.5 down to
    // the precision, and the repeats that confirm both ends.
    constexpr double kRampTrials = 8;
    constexpr double kRampTrialSec = 3;
    constexpr double kConfirmingTrials = 5;
    double halvings = std::max(1.0, std::log2(std::log(1.5) / std::log1p(spec.precision())));
    search_sec = kRampTrials * (kRampTrialSec + kRestSec) +
                 (halvings + kConfirmingTrials) * (spec.round_duration_sec() + kRestSec);
  }
  double measured_sec = kBaselineAndCalibrationSec + search_sec;
  if (spec.sensor() == "simulated" && spec.sim_time_scale() > 0) {
    return std::min(measured_sec / spec.sim_time_scale(), spec.run_timeout_sec());
  }
  return std::min(kStartSec + measured_sec, spec.run_timeout_sec());
}

}  // namespace bench
