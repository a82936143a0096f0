#include "worker/load/generator_options.h"

#include <CLI/CLI.hpp>

#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "common/status/status_macros.h"

namespace bench {
namespace {

std::string FormatParts(const std::vector<MixPart>& parts) {
  return absl::StrJoin(parts, ",", [](std::string* out, const MixPart& part) {
    absl::StrAppend(out, part.action, ":", part.weight);
  });
}

absl::StatusOr<std::vector<MixPart>> ParseParts(absl::string_view text) {
  std::vector<MixPart> parts;
  for (absl::string_view piece : absl::StrSplit(text, ',', absl::SkipEmpty())) {
    const std::pair<absl::string_view, absl::string_view> part = absl::StrSplit(piece, ':');
    int weight = 0;
    if (!absl::SimpleAtoi(part.second, &weight)) {
      return absl::InvalidArgumentError(
          absl::StrCat("bench-generator: \"", piece, "\" in --mix is not ACTION:WEIGHT"));
    }
    parts.push_back({std::string(part.first), weight});
  }
  return parts;
}

}  // namespace

std::vector<std::string> ToArguments(const std::string& program, const GeneratorOptions& options) {
  std::vector<std::string> argv = {program, "--marker", options.marker};
  const auto add = [&](absl::string_view flag, const auto& value) {
    argv.push_back(absl::StrCat(flag, "=", value));
  };
  add("--process", options.process);
  add("--processes", options.processes);
  if (!options.only_action.empty()) {
    add("--only-action", options.only_action);
  } else if (!options.mix.parts.empty()) {
    add("--mix", FormatParts(options.mix.parts));
  } else {
    add("--profile", options.mix.profile);
    if (!options.mix.actions_regex.empty()) add("--actions", options.mix.actions_regex);
  }
  if (options.syscalls_per_sec > 0) {
    argv.push_back(absl::StrFormat("--rate=%.3f", options.syscalls_per_sec));
  } else {
    add("--sleep-ns", options.sleep_ns);
  }
  if (options.spin) argv.push_back("--spin");
  add("--duration-ns", options.duration_ns);
  if (options.canary_per_sec > 0) add("--canary", options.canary_per_sec);
  add("--scratch-dir", options.scratch_dir);
  add("--stats-fd", options.stats_fd);
  return argv;
}

absl::StatusOr<GeneratorOptions> ParseArguments(int argc, char** argv) {
  GeneratorOptions options;
  CLI::App app("Issues system calls for a benchmark; started by bench-worker, not by hand.");
  app.add_option("--marker", options.marker)->required();
  app.add_option("--process", options.process)->check(CLI::NonNegativeNumber);
  app.add_option("--processes", options.processes)->check(CLI::PositiveNumber);
  app.add_option("--profile", options.mix.profile);
  app.add_option("--actions", options.mix.actions_regex);
  std::string parts;
  app.add_option("--mix", parts);
  app.add_option("--only-action", options.only_action);
  app.add_option("--rate", options.syscalls_per_sec)->check(CLI::NonNegativeNumber);
  app.add_option("--sleep-ns", options.sleep_ns)->check(CLI::NonNegativeNumber);
  app.add_flag("--spin", options.spin);
  app.add_option("--duration-ns", options.duration_ns)->required()->check(CLI::PositiveNumber);
  app.add_option("--canary", options.canary_per_sec)->check(CLI::NonNegativeNumber);
  app.add_option("--scratch-dir", options.scratch_dir)->required();
  app.add_option("--stats-fd", options.stats_fd)->required();
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return absl::InvalidArgumentError(
        absl::StrCat("bench-generator: ", error.what(), " (it is started by bench-worker)"));
  }
  BENCH_ASSIGN_OR_RETURN(options.mix.parts, ParseParts(parts));
  if (options.process >= options.processes) {
    return absl::InvalidArgumentError("bench-generator: --process must be below --processes");
  }
  return options;
}

absl::StatusOr<Mix> MixOf(const GeneratorOptions& options) {
  if (!options.only_action.empty()) {
    const ActionInfo* action = FindAction(options.only_action);
    if (action == nullptr) {
      return absl::InvalidArgumentError(absl::StrCat(
          "unknown action \"", options.only_action, "\"; there are: ",
          absl::StrJoin(AllActions(), ", ", [](std::string* out, const ActionInfo& info) {
            absl::StrAppend(out, info.name);
          })));
    }
    if (std::string why = WhyNotHere(*action); !why.empty()) {
      return absl::FailedPreconditionError(absl::StrCat(action->name, " can't run here: ", why));
    }
    return SingleActionMix(*action);
  }
  return MakeMix(options.mix);
}

ActionContext ContextOf(const GeneratorOptions& options) {
  return {.marker = absl::StrCat(options.marker, "-", options.process),
          .scratch_dir = options.scratch_dir};
}

std::vector<std::string> FilesOf(const GeneratorOptions& options, const Mix& mix) {
  const ActionContext context = ContextOf(options);
  std::vector<std::string> files;
  for (const ActionInfo* info : mix.actions) {
    for (std::string& file : info->make()->CreatedFiles(context)) files.push_back(std::move(file));
  }
  return files;
}

}  // namespace bench
