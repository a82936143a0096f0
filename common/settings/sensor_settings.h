// How a cell sets the sensor up, beside its limits, in the words that flags, the API and the worker
// share; what may be said, and the grid of what a sweep says. Pure and thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace bench {

inline constexpr int32_t kOneBufferForAllCpus = -1;
inline constexpr absl::string_view kDefaultDriver = "modern_ebpf";

// The fields of v1.Cell; empty or 0: as the sensor's host has it configured.
struct SensorSettings {
  std::string driver;           // empty: kDefaultDriver
  int32_t buffer_preset = 0;    // 1 (1 MB a ring) to 10 (512 MB)
  int32_t cpus_per_buffer = 0;  // or kOneBufferForAllCpus
  std::vector<std::string> rules;
  std::string base_syscalls;

  friend bool operator==(const SensorSettings&, const SensorSettings&) = default;
  // NOLINTNEXTLINE(modernize-use-nullptr): it takes the comparison with 0 in it for a pointer's
  friend auto operator<=>(const SensorSettings&, const SensorSettings&) = default;
};

// One of the fields, for tables and messages.
enum class Setting { kDriver, kBufferPreset, kCpusPerBuffer, kRules, kBaseSyscalls };
inline constexpr Setting kAllSettings[] = {Setting::kDriver, Setting::kBufferPreset,
                                           Setting::kCpusPerBuffer, Setting::kRules,
                                           Setting::kBaseSyscalls};
absl::string_view SettingName(Setting setting);  // the field's: "cpus_per_buffer"
std::string SettingFlag(Setting setting);        // "--cpus-per-buffer"
// As the flag takes it: "kmod", "6", "all", "/a.yaml+/b.yaml"; empty where it is not set.
std::string SettingText(const SensorSettings& settings, Setting setting);
// "driver=kmod buffer-preset=6": those that are set.
std::string SettingsText(const SensorSettings& settings);

// What `base_syscalls` asks for; all of it off: Falco's own default.
struct BaseSyscalls {
  std::vector<std::string> custom_set;  // names; a leading '!' takes one out
  bool repair = false;                  // only those that the rules and Falco's own state need
  bool all = false;                     // also those of high volume, as read and write
};
// "default", or parts joined by '+': names, "repair", "all".
absl::StatusOr<BaseSyscalls> ParseBaseSyscalls(absl::string_view text);

// The values of each axis, as a sweep gives them; an empty axis is one value, as configured.
struct SettingsAxes {
  std::vector<std::string> driver;
  std::vector<int32_t> buffer_preset;
  std::vector<int32_t> cpus_per_buffer;
  std::vector<std::vector<std::string>> rules;
  std::vector<std::string> base_syscalls;
};

// INVALID_ARGUMENT after `NAME: `, by `name`, which is SettingName or SettingFlag: a value that is
// out of range or given twice, or what `sensor` ("auto", "falco", …) does not have.
absl::Status CheckSettingsAxes(const SettingsAxes& axes, absl::string_view sensor,
                               std::string (*name)(Setting));
// The same for one cell.
absl::Status CheckSettings(const SensorSettings& settings, absl::string_view sensor);

// All combinations, the last axis fastest; at least one.
std::vector<SensorSettings> ExpandSettings(const SettingsAxes& axes);

}  // namespace bench
