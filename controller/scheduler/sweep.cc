#include "controller/scheduler/sweep.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "common/settings/sensor_name.h"
#include "common/status/status_macros.h"

namespace bench {
namespace {

// More is surely a mistake: at two minutes a run this is two weeks of one node.
constexpr int64_t kMaxRuns = 10'000;
constexpr int32_t kMaxCpuMillis = 1024 * 1000;
constexpr int32_t kMaxRepeats = 100;
constexpr int32_t kMaxRetries = 20;
constexpr int32_t kMaxGenerators = 1024;
constexpr size_t kMaxMixParts = 80;
constexpr double kMaxRoundSec = 3600;
constexpr double kMaxRunSec = 24 * 3600;

template <typename... Parts>
absl::Status Invalid(const Parts&... parts) {
  return absl::InvalidArgumentError(absl::StrCat(parts...));
}

template <typename T>
absl::Status CheckAxis(absl::string_view name, const std::vector<T>& values, T max,
                       absl::string_view example) {
  if (values.empty()) {
    return Invalid(name, ": the axis is empty; give at least one value, e.g. ", example);
  }
  std::set<T> seen;
  for (T value : values) {
    if (value < 0 || value > max) {
      return Invalid(name, ": ", value, " is out of range; give 0 (no limit) to ", max);
    }
    if (!seen.insert(value).second) {
      return Invalid(name, ": ", value, " is given twice; --repeat N measures a cell N times");
    }
  }
  return absl::OkStatus();
}

absl::Status CheckName(absl::string_view field, const std::string& value,
                       const std::vector<std::string>& known) {
  if (std::find(known.begin(), known.end(), value) != known.end()) return absl::OkStatus();
  return Invalid(field, ": '", value, "' is not known; give one of ", absl::StrJoin(known, ", "));
}

absl::Status CheckRange(absl::string_view field, double value, double min, double max) {
  // Written so that NaN fails.
  if (value >= min && value <= max) return absl::OkStatus();
  return Invalid(field, ": ", value, " is out of range; give ", min, " to ", max);
}

absl::Status CheckPositive(absl::string_view field, double value, double max) {
  if (value > 0 && value <= max) return absl::OkStatus();
  return Invalid(field, ": ", value, " is out of range; give more than 0, up to ", max);
}

absl::Status CheckNodes(const std::vector<std::string>& nodes) {
  std::set<std::string> seen;
  for (const std::string& node : nodes) {
    if (node.empty()) return Invalid("nodes: a name is empty; leave nodes out for any node");
    if (!seen.insert(node).second) return Invalid("nodes: '", node, "' is given twice");
  }
  return absl::OkStatus();
}

absl::Status CheckMix(const Sweep& sweep) {
  if ((sweep.profile == "custom") == sweep.weights.empty()) {
    return Invalid("mix: it goes with the profile 'custom', and that with a mix; the profile is '",
                   sweep.profile, "' and the mix has ", sweep.weights.size(), " parts");
  }
  if (sweep.weights.size() > kMaxMixParts) {
    return Invalid("mix: it has ", sweep.weights.size(), " parts, more than ", kMaxMixParts);
  }
  for (int32_t weight : sweep.weights) {
    if (weight < 1) return Invalid("mix: a weight is ", weight, "; give 1 or more");
  }
  return absl::OkStatus();
}

// No limit is the most.
template <typename T>
T Rank(T limit) {
  return limit == 0 ? std::numeric_limits<T>::max() : limit;
}

}  // namespace

absl::Status ValidateSweep(const Sweep& sweep) {
  for (const absl::Status& checked : {
           CheckAxis("cpu_millis", sweep.cpu_millis, kMaxCpuMillis, "500"),
           CheckAxis("memory_bytes", sweep.memory_bytes, std::numeric_limits<int64_t>::max(),
                     "536870912"),
           CheckNodes(sweep.nodes),
           Annotate(CheckSensorName(sweep.sensor), "sensor"),
           CheckName("profile", sweep.profile, {"recipe", "alerts", "filler", "mixed", "custom"}),
           CheckMix(sweep),
           CheckName("pinning", sweep.pinning, {"", "auto", "off"}),
           CheckName("method", sweep.method, {"search", "doubling"}),
           CheckRange("repeats", sweep.repeats, 1, kMaxRepeats),
           CheckPositive("precision", sweep.precision, 1),
           CheckRange("max_loss", sweep.max_loss, 0, 0.99),
           CheckPositive("round_duration_sec", sweep.round_duration_sec, kMaxRoundSec),
           CheckPositive("run_timeout_sec", sweep.run_timeout_sec, kMaxRunSec),
           CheckRange("retries", sweep.retries, 0, kMaxRetries),
           CheckRange("generators", sweep.generators, 0, kMaxGenerators),
           CheckRange("sim_time_scale", sweep.sim_time_scale, 0, 1e6),
           CheckRange("sim_capacity_per_core", sweep.sim_capacity_per_core, 0, 1e9),
       }) {
    if (!checked.ok()) return checked;
  }
  const SettingsAxes& axes = sweep.settings;
  double runs = static_cast<double>(sweep.cpu_millis.size()) * sweep.memory_bytes.size() *
                std::max<size_t>(1, sweep.nodes.size()) * sweep.repeats;
  for (size_t values : {axes.driver.size(), axes.buffer_preset.size(), axes.cpus_per_buffer.size(),
                        axes.rules.size(), axes.base_syscalls.size()}) {
    runs *= static_cast<double>(std::max<size_t>(1, values));
  }
  if (runs > kMaxRuns) {
    return Invalid("the sweep has ", runs, " runs, more than ", kMaxRuns,
                   ": split it, or take values from an axis");
  }
  return CheckSettingsAxes(axes, sweep.sensor,
                           [](Setting setting) { return std::string(SettingName(setting)); });
}

std::vector<PlannedRun> ExpandSweep(const Sweep& sweep) {
  std::vector<int32_t> cpus = sweep.cpu_millis;
  std::sort(cpus.begin(), cpus.end(), [](int32_t a, int32_t b) { return Rank(a) < Rank(b); });
  std::vector<int64_t> memories = sweep.memory_bytes;
  std::sort(memories.begin(), memories.end(),
            [](int64_t a, int64_t b) { return Rank(a) > Rank(b); });
  std::vector<std::string> nodes = sweep.nodes;
  if (nodes.empty()) nodes.emplace_back();

  const std::vector<SensorSettings> settings = ExpandSettings(sweep.settings);
  std::vector<PlannedRun> runs;
  runs.reserve(settings.size() * cpus.size() * memories.size() * nodes.size() * sweep.repeats);
  for (const SensorSettings& each : settings) {
    for (int32_t cpu : cpus) {
      for (int64_t memory : memories) {
        for (int32_t repeat = 1; repeat <= sweep.repeats; ++repeat) {
          for (const std::string& node : nodes) runs.push_back({cpu, memory, node, repeat, each});
        }
      }
    }
  }
  return runs;
}

}  // namespace bench
