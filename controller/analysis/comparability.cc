#include "controller/analysis/comparability.h"

#include <algorithm>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"

namespace bench {
namespace {

constexpr char kSimulatedKind[] = "simulated";
// Below it, stolen time is within what repeats scatter by.
constexpr double kNoticeableSteal = 0.01;

struct MajorMinor {
  int major = 0;
  int minor = 0;
};

// "0.44.1-rc1" -> 0, 44.
std::optional<MajorMinor> ParseVersion(absl::string_view text) {
  const std::vector<absl::string_view> parts = absl::StrSplit(text, '.');
  MajorMinor version;
  if (parts.size() < 2 || !absl::SimpleAtoi(parts[0], &version.major) ||
      !absl::SimpleAtoi(parts[1].substr(0, parts[1].find_first_not_of("0123456789")),
                        &version.minor)) {
    return std::nullopt;
  }
  return version;
}

std::string Nature(const Circumstances& run) {
  if (run.sensor_kind.empty()) return "";
  return run.sensor_kind == kSimulatedKind ? kSimulatedKind : "measured";
}

std::string EventCounting(const Circumstances& run) {
  const std::optional<MajorMinor> version = ParseVersion(run.sensor_version);
  if (run.sensor_kind != "falco" || !version) return "";
  return version->major > 0 || version->minor >= 42 ? "exit" : "enter and exit";
}

std::string SensorVersion(const Circumstances& run) {
  return run.sensor_version.empty() ? "" : absl::StrCat(run.sensor_kind, " ", run.sensor_version);
}

std::string Driver(const Circumstances& run) {
  return absl::StrCat(run.driver, run.driver_version.empty() ? "" : " ", run.driver_version);
}

// As much of a checksum as people read.
std::string Short(const std::string& sha256) {
  return sha256.substr(0, 12);
}

std::string Arguments(const Circumstances& run) {
  if (!run.arguments) return "";
  return run.arguments->empty() ? "none" : *run.arguments;
}

std::string Ring(const Circumstances& run) {
  if (run.ring_bytes <= 0) return "";
  const double mib = static_cast<double>(run.ring_bytes) / (1 << 20);
  if (run.cpus_per_ring <= 0) return absl::StrCat(mib, "Mi");
  return absl::StrCat(mib, "Mi per ", run.cpus_per_ring, run.cpus_per_ring == 1 ? " CPU" : " CPUs");
}

std::string Steal(const Circumstances& run) {
  if (!run.steal_ratio) return "";
  return *run.steal_ratio < kNoticeableSteal ? "less than 1%" : "1% or more";
}

// What may change figures: the major version, and the minor one while there is no 1.0.
std::string ToolVersion(const Circumstances& run) {
  const std::optional<MajorMinor> version = ParseVersion(run.tool_version);
  if (!version) return "";
  return version->major > 0 ? absl::StrCat(version->major)
                            : absl::StrCat(version->major, ".", version->minor);
}

struct Rule {
  Fact fact;
  Severity severity;
  // kNever: the whole sentence. kSay: what differs; the values follow.
  absl::string_view text;
  // Two runs differ in this fact if they have two values; "" = not known, or not applicable.
  std::string (*value)(const Circumstances& run);
  bool of_measurements = true;  // a model has none
};

constexpr Rule kRules[] = {
    {Fact::kSimulated, Severity::kNever,
     "Simulated and measured runs are never compared: a model says nothing about a sensor", Nature,
     /*of_measurements=*/false},
    {Fact::kSensorKind, Severity::kNever,
     "Falco and the reference sensor are never compared: the one's rate says nothing about the "
     "other's",
     [](const Circumstances& run) { return run.sensor_kind; }},
    {Fact::kEventCounting, Severity::kNever,
     "Events/s are never compared across Falco 0.42: before it a syscall was two events, since "
     "then it is one; compare syscalls/s",
     EventCounting},
    {Fact::kSensorVersion, Severity::kSay, "sensor", SensorVersion},
    {Fact::kDriver, Severity::kSay, "driver", Driver},
    {Fact::kLibs, Severity::kSay, "libs",
     [](const Circumstances& run) { return run.libs_version; }},
    {Fact::kConfigFiles, Severity::kSay, "configuration files",
     [](const Circumstances& run) { return Short(run.config_sha256); }},
    {Fact::kConfig, Severity::kSay, "configuration",
     [](const Circumstances& run) { return Short(run.effective_config_sha256); }},
    {Fact::kArguments, Severity::kSay, "arguments", Arguments},
    {Fact::kRules, Severity::kSay, "rules",
     [](const Circumstances& run) { return Short(run.rules_sha256); }},
    {Fact::kBaseSyscalls, Severity::kSay, "base_syscalls",
     [](const Circumstances& run) { return run.base_syscalls; }},
    {Fact::kRing, Severity::kSay, "ring buffer", Ring},
    {Fact::kLoad, Severity::kSay, "load", [](const Circumstances& run) { return run.load; },
     /*of_measurements=*/false},
    {Fact::kPinning, Severity::kSay, "sensor and load on CPUs of their own",
     [](const Circumstances& run) { return std::string(run.pinned ? "yes" : "no"); }},
    {Fact::kKernel, Severity::kSay, "kernel", [](const Circumstances& run) { return run.kernel; }},
    {Fact::kCpuModel, Severity::kSay, "CPU",
     [](const Circumstances& run) { return run.cpu_model; }},
    {Fact::kCpus, Severity::kSay, "CPUs",
     [](const Circumstances& run) { return run.cpus > 0 ? absl::StrCat(run.cpus) : ""; }},
    {Fact::kSmt, Severity::kSay, "SMT",
     [](const Circumstances& run) {
       return std::string(!run.smt_active ? "" : *run.smt_active ? "on" : "off");
     }},
    {Fact::kGovernor, Severity::kSay, "governor",
     [](const Circumstances& run) { return run.governor == "unknown" ? "" : run.governor; }},
    {Fact::kVirtualization, Severity::kSay, "virtualization",
     [](const Circumstances& run) { return run.virtualization; }},
    {Fact::kCgroupVersion, Severity::kSay, "cgroups",
     [](const Circumstances& run) { return run.cgroup_version; }},
    {Fact::kSteal, Severity::kSay, "CPU time stolen", Steal},
    {Fact::kToolVersion, Severity::kSay, "measured with falco-bench", ToolVersion,
     /*of_measurements=*/false},
};

// Different ones, in the order of the runs.
std::vector<std::string> Values(const Rule& rule, absl::Span<const Circumstances> runs) {
  std::vector<std::string> values;
  for (const Circumstances& run : runs) {
    if (rule.of_measurements && run.sensor_kind == kSimulatedKind) continue;
    std::string value = rule.value(run);
    if (value.empty() || std::find(values.begin(), values.end(), value) != values.end()) continue;
    values.push_back(std::move(value));
  }
  return values;
}

std::string Listed(std::vector<std::string> values) {
  constexpr size_t kMost = 3;
  const size_t more = values.size() - std::min(values.size(), kMost);
  if (more > 0) {
    values.resize(kMost);
    values.push_back(absl::StrCat(more, " more"));
  }
  return absl::StrJoin(values, ", ");
}

bool TellsFilesOnly(const Circumstances& run) {
  return !run.config_sha256.empty() && run.effective_config_sha256.empty();
}

}  // namespace

std::vector<Difference> Differences(absl::Span<const Circumstances> runs) {
  std::vector<Difference> differences;
  // Then files of other bytes that come to the same are the same.
  const bool all_tell_config = std::none_of(runs.begin(), runs.end(), TellsFilesOnly);
  for (const Rule& rule : kRules) {
    if (rule.fact == Fact::kConfigFiles && all_tell_config) continue;
    std::vector<std::string> values = Values(rule, runs);
    if (values.size() < 2) continue;
    std::string sentence(rule.text);
    if (rule.severity == Severity::kSay) {
      absl::StrAppend(&sentence, ": ", Listed(std::move(values)));
    }
    differences.push_back({rule.fact, rule.severity, std::move(sentence)});
  }
  return differences;
}

std::vector<std::string> ComparabilityNotes(const std::vector<Difference>& differences) {
  std::vector<std::string> notes;
  std::vector<absl::string_view> to_say;
  for (const Difference& difference : differences) {
    if (difference.severity == Severity::kNever) {
      notes.push_back(absl::StrCat(difference.sentence, "."));
    } else {
      to_say.push_back(difference.sentence);
    }
  }
  if (!to_say.empty()) {
    notes.push_back(absl::StrCat("Measured under different circumstances, compare with care: ",
                                 absl::StrJoin(to_say, "; "), "."));
  }
  return notes;
}

}  // namespace bench
