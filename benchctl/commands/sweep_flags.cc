#include "benchctl/commands/sweep_flags.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "benchctl/commands/flag_text.h"
#include "common/status/status_macros.h"
#include "common/units/quantity.h"

namespace bench {
namespace {

// The same point twice would be measured twice under one name.
template <typename T>
absl::Status CheckDistinct(absl::string_view flag, std::vector<T> values,
                           std::string (*format)(T)) {
  std::sort(values.begin(), values.end());
  auto twice = std::adjacent_find(values.begin(), values.end());
  if (twice == values.end()) return absl::OkStatus();
  return FlagError(
      flag, absl::StrCat(format(*twice), " is given twice; to measure it again use --repeat 2"));
}

absl::Status AddAxes(const SweepFlags& flags, v1::SweepSpec* spec) {
  auto cpus = ParseList<int32_t>(flags.cpu, ParseCpuMillis);
  if (!cpus.ok()) return Annotate(cpus.status(), "--cpu");
  BENCH_RETURN_IF_ERROR(CheckDistinct<int32_t>("--cpu", *cpus, FormatCpuMillis));
  spec->mutable_cpu_millis()->Add(cpus->begin(), cpus->end());

  auto memory = ParseList<int64_t>(flags.memory, ParseMemoryBytes);
  if (!memory.ok()) return Annotate(memory.status(), "--memory");
  BENCH_RETURN_IF_ERROR(CheckDistinct<int64_t>("--memory", *memory, FormatMemoryBytes));
  spec->mutable_memory_bytes()->Add(memory->begin(), memory->end());

  if (flags.nodes.empty()) return absl::OkStatus();
  for (const std::string& node : SplitList(flags.nodes)) {
    if (node.empty()) return FlagError("--nodes", "a name is missing; try node1,node2");
    spec->add_nodes(node);
  }
  return absl::OkStatus();
}

absl::Status AddMethod(const SweepFlags& flags, v1::SweepSpec* spec) {
  BENCH_ASSIGN_OR_RETURN(*spec->mutable_method(),
                         ParseChoice("--method", flags.method, {"search", "doubling"}));
  auto precision = ParseFraction(flags.precision);
  if (!precision.ok()) return Annotate(precision.status(), "--precision");
  if (*precision < 0.005 || *precision > 0.5) {
    return FlagError("--precision",
                     absl::StrCat(flags.precision, " is not within 0.5% and 50%; try 5%"));
  }
  spec->set_precision(*precision);
  auto max_loss = ParseFraction(flags.max_loss);
  if (!max_loss.ok()) return Annotate(max_loss.status(), "--max-loss");
  if (*max_loss > 0.5) {
    return FlagError("--max-loss",
                     absl::StrCat(flags.max_loss, " is not within 0 and 50%; try 0 or 0.1%"));
  }
  spec->set_max_loss(*max_loss);

  BENCH_ASSIGN_OR_RETURN(const absl::Duration round,
                         ParseDurationWithin("--round-duration", flags.round_duration,
                                             absl::Seconds(1), absl::Minutes(10)));
  BENCH_ASSIGN_OR_RETURN(
      const absl::Duration timeout,
      ParseDurationWithin("--run-timeout", flags.run_timeout, absl::Seconds(10), absl::Hours(24)));
  if (timeout < 3 * round) {
    return FlagError("--run-timeout",
                     absl::StrCat(flags.run_timeout, " leaves no time for three rounds of ",
                                  flags.round_duration, " (--round-duration)"));
  }
  spec->set_round_duration_sec(absl::ToDoubleSeconds(round));
  spec->set_run_timeout_sec(absl::ToDoubleSeconds(timeout));

  BENCH_ASSIGN_OR_RETURN(int repeats, ParseWhole("--repeat", flags.repeat, 1, 100, 3));
  spec->set_repeats(repeats);
  BENCH_ASSIGN_OR_RETURN(int retries, ParseWhole("--retries", flags.retries, 0, 20, 2));
  spec->set_retries(retries);
  return absl::OkStatus();
}

absl::Status AddSimulation(const SweepFlags& flags, v1::SweepSpec* spec) {
  if (spec->sensor() != "simulated") {
    for (const auto& [flag, value] : {std::pair("--sim-time-scale", flags.sim_time_scale),
                                      std::pair("--sim-capacity", flags.sim_capacity)}) {
      if (!value.empty()) return FlagError(flag, "only for --sensor simulated");
    }
    return absl::OkStatus();
  }
  spec->set_sim_time_scale(kDefaultSimTimeScale);
  spec->set_sim_capacity_per_core(kDefaultSimCapacityPerCore);
  if (!flags.sim_time_scale.empty()) {
    double scale = 0;
    if (!absl::SimpleAtod(flags.sim_time_scale, &scale) || !(scale >= 0.1 && scale <= 10000)) {
      return FlagError("--sim-time-scale", absl::StrCat("\"", flags.sim_time_scale,
                                                        "\" is not a number from 0.1 to 10000; "
                                                        "try 10"));
    }
    spec->set_sim_time_scale(scale);
  }
  if (!flags.sim_capacity.empty()) {
    auto capacity = ParseRatePerSec(flags.sim_capacity);
    if (!capacity.ok()) return Annotate(capacity.status(), "--sim-capacity");
    spec->set_sim_capacity_per_core(*capacity);
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<v1::SubmitSweepRequest> BuildSweepRequest(const SweepFlags& flags) {
  v1::SubmitSweepRequest request;
  request.set_name(flags.name);
  for (const std::string& tag : flags.tags) {
    size_t equals = tag.find('=');
    if (equals == std::string::npos || equals == 0) {
      return FlagError("--tag", absl::StrCat("\"", tag, "\" is not KEY=VALUE; try kernel=6.18"));
    }
    (*request.mutable_tags())[tag.substr(0, equals)] = tag.substr(equals + 1);
  }
  v1::SweepSpec* spec = request.mutable_spec();
  BENCH_RETURN_IF_ERROR(AddAxes(flags, spec));
  BENCH_RETURN_IF_ERROR(AddMethod(flags, spec));
  BENCH_RETURN_IF_ERROR(AddLoad(flags.load, "--actions", spec));
  BENCH_RETURN_IF_ERROR(AddSensor(flags.sensor, spec));
  BENCH_RETURN_IF_ERROR(AddSettingsAxes(flags.axes, spec));
  BENCH_RETURN_IF_ERROR(AddSimulation(flags, spec));
  return request;
}

absl::Status CheckPlace(const SweepFlags& flags, bool remote) {
  if (!remote) {
    if (flags.detach) {
      return FlagError("--detach", "only with --controller: without one, benchctl itself measures");
    }
    if (!flags.nodes.empty()) {
      return FlagError("--nodes", "only with --controller: without one, this host is measured");
    }
    return absl::OkStatus();
  }
  BENCH_RETURN_IF_ERROR(CheckRemoteRules(flags.axes));
  return CheckNoWorkerFlags(flags.worker);
}

}  // namespace bench
