#include "benchctl/commands/axis_flags.h"

#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "benchctl/commands/flag_text.h"
#include "common/os/files.h"
#include "common/settings/settings_messages.h"
#include "common/status/status_macros.h"
#include "common/units/quantity.h"

namespace bench {
namespace {

namespace fs = std::filesystem;

// A value of its own on each axis but the driver's: nothing is set.
constexpr absl::string_view kConfigured = "configured";
constexpr absl::string_view kAllCpus = "all";

std::vector<std::string> Values(const std::string& text) {
  return text.empty() ? std::vector<std::string>() : SplitList(text);
}

absl::Status AddNumbers(Setting setting, const std::string& text, absl::string_view words,
                        google::protobuf::RepeatedField<int32_t>* numbers) {
  for (const std::string& value : Values(text)) {
    int32_t number = 0;
    if (setting == Setting::kCpusPerBuffer && value == kAllCpus) {
      number = kOneBufferForAllCpus;
    } else if (value != kConfigured && (!absl::SimpleAtoi(value, &number) || number < 1)) {
      return FlagError(SettingFlag(setting),
                       absl::StrCat("\"", value, "\" is not a whole number from 1, ", words));
    }
    numbers->Add(number);
  }
  return absl::OkStatus();
}

absl::Status AddRules(const std::string& text, v1::SweepSpec* spec) {
  const std::string flag = SettingFlag(Setting::kRules);
  for (const std::string& value : Values(text)) {
    v1::RuleSet* set = spec->add_rules();
    if (value == kConfigured) continue;
    for (absl::string_view file : absl::StrSplit(value, '+')) {
      if (file.empty()) {
        return FlagError(flag, absl::StrCat("\"", value,
                                            "\" lacks a file's name; try "
                                            "/etc/falco/falco_rules.yaml+/etc/falco/own.yaml"));
      }
      std::error_code error;
      const fs::path whole = fs::absolute(std::string(file), error);
      if (error) return FlagError(flag, absl::StrCat(file, ": ", error.message()));
      set->add_files(whole.lexically_normal().string());
    }
  }
  return absl::OkStatus();
}

}  // namespace

void AddAxisOptions(CLI::App& command, AxisFlags& flags, const char* group) {
  AddTextOption(command, "--driver", flags.driver, "LIST",
                "modern_ebpf, kmod; ebpf before Falco 0.44 (default: modern_ebpf)", group);
  AddTextOption(command, "--buffer-preset", flags.buffer_preset, "LIST",
                "Size of a ring buffer as Falco's buf_size_preset: 1 (1 MB) to 10 (512 MB); 4 is "
                "8 MB (Falco, reference)",
                group);
  AddTextOption(command, "--cpus-per-buffer", flags.cpus_per_buffer, "LIST",
                "CPUs that share a ring buffer: 1, 2, all (modern_ebpf, reference)", group);
  AddTextOption(command, "--rules", flags.rules, "LIST",
                "Rule files instead of the configured ones; those of one value joined by +: "
                "FILE,FILE+FILE",
                group);
  AddTextOption(command, "--base-syscalls", flags.base_syscalls, "LIST",
                "What Falco captures beside its rules' system calls: default, or parts joined by "
                "+: names (!name without it), repair, all (also those of high volume): "
                "default,repair,open+close+repair",
                group);
}

absl::Status AddSettingsAxes(const AxisFlags& flags, v1::SweepSpec* spec) {
  for (const std::string& driver : Values(flags.driver)) {
    if (driver.empty()) return FlagError("--driver", "a name is missing; try modern_ebpf,kmod");
    spec->add_driver(driver);
  }
  BENCH_RETURN_IF_ERROR(AddNumbers(Setting::kBufferPreset, flags.buffer_preset,
                                   "or configured; try 4,6", spec->mutable_buffer_preset()));
  BENCH_RETURN_IF_ERROR(AddNumbers(Setting::kCpusPerBuffer, flags.cpus_per_buffer,
                                   "all or configured; try 1,2", spec->mutable_cpus_per_buffer()));
  BENCH_RETURN_IF_ERROR(AddRules(flags.rules, spec));
  for (const std::string& value : Values(flags.base_syscalls)) {
    if (value.empty()) {
      return FlagError("--base-syscalls", "a value is missing; try default,repair");
    }
    spec->add_base_syscalls(value == kConfigured ? "" : value);
  }
  return CheckSettingsAxes(SettingsAxesOf(*spec), spec->sensor(), SettingFlag);
}

absl::Status CheckRemoteRules(const AxisFlags& flags) {
  for (const std::string& value : Values(flags.rules)) {
    for (absl::string_view file : absl::StrSplit(value, '+')) {
      if (value == kConfigured || fs::path(std::string(file)).is_absolute()) continue;
      return FlagError("--rules", absl::StrCat("\"", file,
                                               "\" names no file on another host: with "
                                               "--controller give the path that its worker has, "
                                               "e.g. /etc/falco/falco_rules.yaml"));
    }
  }
  return absl::OkStatus();
}

absl::Status CheckLocalRules(const v1::SweepSpec& spec) {
  for (const v1::RuleSet& set : spec.rules()) {
    for (const std::string& file : set.files()) {
      std::error_code error;
      if (!fs::is_regular_file(file, error) && !error) {
        return FlagError("--rules", absl::StrCat(file, " is not a file"));
      }
      if (access(file.c_str(), R_OK) != 0) {
        return absl::InvalidArgumentError(
            absl::StrCat("--rules: ", ErrnoStatus(file, errno).message()));
      }
    }
  }
  return absl::OkStatus();
}

}  // namespace bench
