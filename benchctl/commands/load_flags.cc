#include "benchctl/commands/load_flags.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "benchctl/commands/flag_text.h"
#include "benchctl/commands/mix_file.h"
#include "common/os/files.h"
#include "common/status/status_macros.h"

namespace bench {
namespace {

constexpr int kMostGenerators = 256;

absl::StatusOr<MixFile> ReadMix(const LoadFlags& flags, const char* actions_flag) {
  for (const auto& [flag, value] :
       {std::pair("--profile", flags.profile), std::pair(actions_flag, flags.actions)}) {
    if (!value.empty()) {
      return FlagError(flag, "not with --mix: the file says what the load is made of");
    }
  }
  absl::StatusOr<std::string> text = ReadFile(flags.mix);
  if (!text.ok()) return Annotate(text.status(), "--mix");
  absl::StatusOr<MixFile> file = ParseMixFile(*text);
  if (!file.ok()) return Annotate(file.status(), absl::StrCat("--mix: ", flags.mix));
  return file;
}

}  // namespace

void AddLoadFlags(CLI::App& command, LoadFlags& flags, const std::string& default_profile) {
  const char* group = "Load";
  AddTextOption(command, "--profile", flags.profile, "NAME",
                absl::StrCat("recipe, alerts (no filler), filler (no alerts), mixed (filler of all "
                             "kinds); default: ",
                             default_profile)
                    .c_str(),
                group);
  AddTextOption(command, "--mix", flags.mix, "FILE",
                "A load of your own, in YAML: `actions:` and `filler:` with weights", group);
  AddTextOption(command, "--generators", flags.generators, "N",
                "Processes that make the load; auto (the default) = the CPUs that the limit leaves",
                group);
  AddTextOption(command, "--pinning", flags.pinning, "WHEN",
                "auto (the default): generator and sensor on CPUs of their own where there are "
                "enough; off",
                group);
}

absl::Status AddLoad(const LoadFlags& flags, const char* actions_flag, v1::SweepSpec* spec) {
  MixFile file;
  const char* where = "--mix: processes";
  if (!flags.mix.empty()) {
    BENCH_ASSIGN_OR_RETURN(file, ReadMix(flags, actions_flag));
    spec->set_profile("custom");
    for (const v1::MixPart& part : file.parts) *spec->add_mix() = part;
  } else {
    BENCH_ASSIGN_OR_RETURN(
        *spec->mutable_profile(),
        ParseChoice("--profile", flags.profile.empty() ? "recipe" : flags.profile,
                    {"recipe", "alerts", "filler", "mixed"}));
    spec->set_actions_regex(flags.actions);
  }
  if (!flags.generators.empty()) {
    file.processes = flags.generators;
    where = "--generators";
  }
  if (file.processes != "auto") {
    auto generators = ParseWhole(where, file.processes, 1, kMostGenerators, 1);
    if (!generators.ok()) {
      return absl::InvalidArgumentError(absl::StrCat(generators.status().message(), " or auto"));
    }
    spec->set_generators(*generators);
  }
  where = "--mix: pinning";
  if (!flags.pinning.empty()) {
    file.pinning = flags.pinning;
    where = "--pinning";
  }
  BENCH_ASSIGN_OR_RETURN(*spec->mutable_pinning(),
                         ParseChoice(where, file.pinning, {"auto", "off"}));
  return absl::OkStatus();
}

absl::Status CheckLoad(const Host& host, const LoadFlags& flags, const char* actions_flag,
                       const v1::SweepSpec& spec, MixScope scope) {
  const char* flag = flags.mix.empty() ? "--profile" : "--mix";
  return Annotate(host.CheckMix(spec, scope), flags.actions.empty() ? flag : actions_flag);
}

}  // namespace bench
