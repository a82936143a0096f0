#include "common/settings/sensor_settings.h"

#include <algorithm>
#include <initializer_list>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "common/status/status_macros.h"

namespace bench {
namespace {

constexpr int32_t kLargestPreset = 10;
constexpr int32_t kMostCpus = 4096;
constexpr size_t kMostRuleFiles = 64;
constexpr size_t kLongestPath = 4096;
constexpr size_t kLongestName = 64;

// A setting, and the sensors that have it.
struct SettingSpec {
  Setting setting;
  absl::string_view name;
  std::initializer_list<absl::string_view> sensors;
};
constexpr std::initializer_list<absl::string_view> kOnlyFalco = {"falco"};
// "auto" takes one of the two.
constexpr std::initializer_list<absl::string_view> kBothSensors = {"falco", "reference", "auto"};
constexpr SettingSpec kSettings[] = {
    {Setting::kDriver, "driver", kOnlyFalco},
    {Setting::kBufferPreset, "buffer_preset", kBothSensors},
    {Setting::kCpusPerBuffer, "cpus_per_buffer", kBothSensors},
    {Setting::kRules, "rules", kOnlyFalco},
    {Setting::kBaseSyscalls, "base_syscalls", kOnlyFalco},
};

constexpr absl::string_view kDrivers[] = {"modern_ebpf", "kmod", "ebpf"};

const SettingSpec& SpecOf(Setting setting) {
  return *std::find_if(std::begin(kSettings), std::end(kSettings),
                       [setting](const SettingSpec& spec) { return spec.setting == setting; });
}

absl::Status CheckDriver(const std::string& driver) {
  if (driver.empty() ||
      std::find(std::begin(kDrivers), std::end(kDrivers), driver) != std::end(kDrivers)) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      absl::StrCat("'", driver, "' is not known; give one of ", absl::StrJoin(kDrivers, ", ")));
}

absl::Status CheckBufferPreset(int32_t preset) {
  if (preset >= 0 && preset <= kLargestPreset) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(preset, " is out of range; give 1 (1 MB) to 10 (512 MB); 4 is 8 MB"));
}

absl::Status CheckCpusPerBuffer(int32_t cpus) {
  if (cpus >= kOneBufferForAllCpus && cpus <= kMostCpus) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(cpus, " is out of range; give 1 to ", kMostCpus,
                                                 ", or all (one buffer for all CPUs)"));
}

absl::Status CheckRules(const std::vector<std::string>& files) {
  if (files.size() > kMostRuleFiles) {
    return absl::InvalidArgumentError(
        absl::StrCat(files.size(), " files together; give at most ", kMostRuleFiles));
  }
  for (const std::string& file : files) {
    const bool plain = file.size() <= kLongestPath &&
                       std::none_of(file.begin(), file.end(),
                                    [](unsigned char c) { return absl::ascii_iscntrl(c); });
    if (!plain || !absl::StartsWith(file, "/") ||
        !(absl::EndsWith(file, ".yaml") || absl::EndsWith(file, ".yml"))) {
      return absl::InvalidArgumentError(
          absl::StrCat("'", file.substr(0, kLongestPath),
                       "' is not the absolute path of a .yaml or .yml file; try "
                       "/etc/falco/falco_rules.yaml"));
    }
  }
  return absl::OkStatus();
}

absl::Status CheckBaseSyscalls(const std::string& text) {
  return text.empty() ? absl::OkStatus() : ParseBaseSyscalls(text).status();
}

// Whether the sensor has the setting, and the driver too.
absl::Status CheckTogether(const SensorSettings& settings, absl::string_view sensor,
                           std::string (*name)(Setting)) {
  for (const SettingSpec& spec : kSettings) {
    if (SettingText(settings, spec.setting).empty()) continue;
    if (std::find(spec.sensors.begin(), spec.sensors.end(), sensor) != spec.sensors.end()) continue;
    return absl::InvalidArgumentError(absl::StrCat(name(spec.setting), ": only for --sensor ",
                                                   absl::StrJoin(spec.sensors, ", "), ", not for ",
                                                   sensor.empty() ? "none" : sensor));
  }
  if (settings.cpus_per_buffer != 0 && !settings.driver.empty() &&
      settings.driver != kDefaultDriver) {
    return absl::InvalidArgumentError(absl::StrCat(name(Setting::kCpusPerBuffer),
                                                   ": only for the driver ", kDefaultDriver, "; ",
                                                   settings.driver, " has a buffer for each CPU"));
  }
  return absl::OkStatus();
}

std::string FieldName(Setting setting) {
  return std::string(SettingName(setting));
}

// Each value by itself, and none twice.
template <typename T>
absl::Status CheckAxis(const std::vector<T>& values, absl::Status (*check)(const T&),
                       std::string (*text)(const T&)) {
  std::set<T> seen;
  for (const T& value : values) {
    BENCH_RETURN_IF_ERROR(check(value));
    if (!seen.insert(value).second) {
      return absl::InvalidArgumentError(
          absl::StrCat(text(value), " is given twice; to measure it again use --repeat 2"));
    }
  }
  return absl::OkStatus();
}

// An empty axis has one value: nothing is set.
template <typename T>
std::vector<T> OrUnset(const std::vector<T>& values) {
  return values.empty() ? std::vector<T>(1) : values;
}

}  // namespace

absl::string_view SettingName(Setting setting) {
  return SpecOf(setting).name;
}

std::string SettingFlag(Setting setting) {
  return absl::StrCat("--", absl::StrReplaceAll(SettingName(setting), {{"_", "-"}}));
}

std::string SettingText(const SensorSettings& settings, Setting setting) {
  switch (setting) {
    case Setting::kDriver:
      return settings.driver;
    case Setting::kBufferPreset:
      return settings.buffer_preset == 0 ? "" : absl::StrCat(settings.buffer_preset);
    case Setting::kCpusPerBuffer:
      if (settings.cpus_per_buffer == 0) return "";
      if (settings.cpus_per_buffer == kOneBufferForAllCpus) return "all";
      return absl::StrCat(settings.cpus_per_buffer);
    case Setting::kRules:
      return absl::StrJoin(settings.rules, "+");
    case Setting::kBaseSyscalls:
      return settings.base_syscalls;
  }
  return "";
}

std::string SettingsText(const SensorSettings& settings) {
  std::vector<std::string> parts;
  for (Setting setting : kAllSettings) {
    const std::string text = SettingText(settings, setting);
    if (text.empty()) continue;
    parts.push_back(absl::StrCat(absl::StripPrefix(SettingFlag(setting), "--"), "=", text));
  }
  return absl::StrJoin(parts, " ");
}

absl::StatusOr<BaseSyscalls> ParseBaseSyscalls(absl::string_view text) {
  BaseSyscalls parsed;
  if (text == "default") return parsed;
  for (absl::string_view part : absl::StrSplit(text, '+')) {
    if (part == "repair") {
      parsed.repair = true;
      continue;
    }
    if (part == "all") {
      parsed.all = true;
      continue;
    }
    const absl::string_view name = absl::StripPrefix(part, "!");
    const bool is_name = !name.empty() && name.size() <= kLongestName && name != "default" &&
                         std::all_of(name.begin(), name.end(), [](unsigned char c) {
                           return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '_';
                         });
    if (!is_name) {
      return absl::InvalidArgumentError(
          absl::StrCat("'", text,
                       "' is neither default nor parts joined by '+' (system calls, "
                       "repair, all); try repair, or open+close+repair"));
    }
    parsed.custom_set.emplace_back(part);
  }
  return parsed;
}

absl::Status CheckSettingsAxes(const SettingsAxes& axes, absl::string_view sensor,
                               std::string (*name)(Setting)) {
  using Files = std::vector<std::string>;
  auto same = [](const std::string& text) { return text.empty() ? "configured" : text; };
  auto number = [](const int32_t& value) {
    return value == 0 ? std::string("configured") : absl::StrCat(value);
  };
  auto files = [](const Files& value) {
    return value.empty() ? "configured" : absl::StrJoin(value, "+");
  };
  const std::pair<Setting, absl::Status> checked[] = {
      {Setting::kDriver, CheckAxis<std::string>(axes.driver, CheckDriver, same)},
      {Setting::kBufferPreset,
       CheckAxis<int32_t>(
           axes.buffer_preset, [](const int32_t& v) { return CheckBufferPreset(v); }, number)},
      {Setting::kCpusPerBuffer,
       CheckAxis<int32_t>(
           axes.cpus_per_buffer, [](const int32_t& v) { return CheckCpusPerBuffer(v); }, number)},
      {Setting::kRules, CheckAxis<Files>(axes.rules, CheckRules, files)},
      {Setting::kBaseSyscalls, CheckAxis<std::string>(axes.base_syscalls, CheckBaseSyscalls, same)},
  };
  for (const auto& [setting, status] : checked) {
    if (!status.ok()) return Annotate(status, name(setting));
  }
  for (const SensorSettings& settings : ExpandSettings(axes)) {
    BENCH_RETURN_IF_ERROR(CheckTogether(settings, sensor, name));
  }
  return absl::OkStatus();
}

absl::Status CheckSettings(const SensorSettings& settings, absl::string_view sensor) {
  return CheckSettingsAxes({.driver = {settings.driver},
                            .buffer_preset = {settings.buffer_preset},
                            .cpus_per_buffer = {settings.cpus_per_buffer},
                            .rules = {settings.rules},
                            .base_syscalls = {settings.base_syscalls}},
                           sensor, FieldName);
}

std::vector<SensorSettings> ExpandSettings(const SettingsAxes& axes) {
  std::vector<SensorSettings> cells = {{}};
  // Each axis multiplies what the ones before it made.
  auto cross = [&cells](const auto& values, auto field) {
    std::vector<SensorSettings> wider;
    wider.reserve(cells.size() * values.size());
    for (const SensorSettings& cell : cells) {
      for (const auto& value : values) {
        wider.push_back(cell);
        wider.back().*field = value;
      }
    }
    cells = std::move(wider);
  };
  cross(OrUnset(axes.driver), &SensorSettings::driver);
  cross(OrUnset(axes.rules), &SensorSettings::rules);
  cross(OrUnset(axes.base_syscalls), &SensorSettings::base_syscalls);
  cross(OrUnset(axes.buffer_preset), &SensorSettings::buffer_preset);
  cross(OrUnset(axes.cpus_per_buffer), &SensorSettings::cpus_per_buffer);
  return cells;
}

}  // namespace bench
