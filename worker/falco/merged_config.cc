#include "worker/falco/merged_config.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <exception>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "common/status/status_macros.h"
#include "worker/falco/config_variables.h"

namespace bench {
namespace {

constexpr char kIncludes[] = "config_files";

// Aliases may make a small file endless: what is deeper, or more, is none of Falco's settings.
constexpr int kMaxDepth = 8;
constexpr int kMaxNodes = 20'000;

// How an included file's key meets the one that is there already.
enum class Strategy { kAppend, kOverride, kAddOnly };

Strategy StrategyOf(const YAML::Node& include) {
  const auto name = include.IsMap() ? include["strategy"].as<std::string>("") : "";
  if (name == "override") return Strategy::kOverride;
  return name == "add-only" ? Strategy::kAddOnly : Strategy::kAppend;
}

class Merger {
 public:
  // What stands in the files, not in the overrides, is expanded; nullptr: nothing is.
  explicit Merger(const std::map<std::string, std::string>* environment)
      : environment_(environment) {}

  void TakeMain(const YAML::Node& file) {
    if (file.IsMap() && file[kIncludes]) includes_.reset(file[kIncludes]);
    TakeFile(file, Strategy::kOverride);
  }

  void TakeFile(const YAML::Node& file, Strategy strategy) {
    if (!file.IsMap()) return;
    for (const auto& entry : file) {
      const auto key = entry.first.as<std::string>("");
      if (strategy == Strategy::kAddOnly && Holds(key)) continue;
      if (strategy != Strategy::kAppend || !entry.second.IsSequence()) Erase(key);
      Take(key, entry.second, environment_);
    }
  }

  // KEY=VALUE; a key that ends in "[]" is one element more of a list.
  void TakeOverride(const std::string& assignment) {
    const std::pair<std::string, std::string> parts =
        absl::StrSplit(assignment, absl::MaxSplits('=', 1));
    const auto& [key, value] = parts;
    if (absl::string_view list = key; absl::ConsumeSuffix(&list, "[]")) {
      merged_.lists[std::string(list)].push_back(value);
      if (list == kIncludes) includes_.push_back(value);
      return;
    }
    Erase(key);
    const bool is_map = absl::StartsWith(value, "{") && absl::EndsWith(value, "}");
    Take(key, is_map ? YAML::Load(value) : YAML::Node(value), nullptr);
    if (key == kIncludes) includes_.reset(YAML::Node(value));
  }

  // The entries of `config_files`, also where it is only one text.
  std::vector<YAML::Node> includes() const {
    if (includes_.IsScalar()) return {includes_};
    std::vector<YAML::Node> entries;
    if (!includes_.IsSequence()) return entries;
    for (const YAML::Node& each : includes_) entries.push_back(each);
    return entries;
  }

  std::string PathOf(const YAML::Node& include) const {
    return TextOf(include.IsMap() ? include["path"] : include, environment_);
  }

  MergedConfig& merged() { return merged_; }

 private:
  bool Holds(const std::string& key) const {
    return HoldsIn(key, merged_.scalars) || HoldsIn(key, merged_.lists) ||
           HoldsIn(key, merged_.structures);
  }
  template <typename Values>
  static bool HoldsIn(const std::string& key, const Values& values) {
    const auto below = values.lower_bound(absl::StrCat(key, "."));
    return values.contains(key) || (below != values.end() && IsAt(key, below->first));
  }
  void Erase(const std::string& key) {
    const auto is_at = [&key](const auto& each) { return IsAt(key, each.first); };
    std::erase_if(merged_.scalars, is_at);
    std::erase_if(merged_.lists, is_at);
    std::erase_if(merged_.structures, is_at);
  }
  // `name` is the key, or one below it.
  static bool IsAt(absl::string_view key, absl::string_view name) {
    return absl::ConsumePrefix(&name, key) && (name.empty() || name.front() == '.');
  }

  static std::string TextOf(const YAML::Node& scalar,
                            const std::map<std::string, std::string>* environment) {
    const auto text = scalar.as<std::string>("");
    return environment == nullptr ? text : ExpandVariables(text, *environment);
  }

  void Take(const std::string& key, const YAML::Node& node,
            const std::map<std::string, std::string>* environment, int depth = 0) {
    if (depth > kMaxDepth || ++nodes_ > kMaxNodes) return;
    if (node.IsScalar()) merged_.scalars[key] = TextOf(node, environment);
    if (node.IsSequence()) TakeList(key, node, environment);
    if (!node.IsMap()) return;
    for (const auto& entry : node) {
      Take(absl::StrCat(key, ".", entry.first.as<std::string>("")), entry.second, environment,
           depth + 1);
    }
  }

  void TakeList(const std::string& key, const YAML::Node& list,
                const std::map<std::string, std::string>* environment) {
    for (const YAML::Node& each : list) {
      if (++nodes_ > kMaxNodes) return;
      if (each.IsScalar()) {
        merged_.lists[key].push_back(TextOf(each, environment));
      } else {
        merged_.structures[key].push_back(LineOf(each, environment, /*depth=*/0));
      }
    }
  }

  // Texts are quoted, so that no two structures make one line.
  std::string LineOf(const YAML::Node& node, const std::map<std::string, std::string>* environment,
                     int depth) {
    if (depth > kMaxDepth || ++nodes_ > kMaxNodes) return "";
    std::vector<std::string> parts;
    if (node.IsSequence()) {
      for (const YAML::Node& each : node) parts.push_back(LineOf(each, environment, depth + 1));
      return absl::StrCat("[", absl::StrJoin(parts, ", "), "]");
    }
    if (!node.IsMap()) return absl::StrCat("\"", absl::CEscape(TextOf(node, environment)), "\"");
    for (const auto& entry : node) {
      parts.push_back(absl::StrCat("\"", absl::CEscape(entry.first.as<std::string>("")),
                                   "\": ", LineOf(entry.second, environment, depth + 1)));
    }
    std::sort(parts.begin(), parts.end());
    return absl::StrCat("{", absl::StrJoin(parts, ", "), "}");
  }

  const std::map<std::string, std::string>* environment_;
  MergedConfig merged_;
  YAML::Node includes_;
  int nodes_ = 0;  // taken so far
};

absl::StatusOr<YAML::Node> Parse(const ConfigText& file) {
  try {
    return YAML::Load(file.text);
  } catch (const YAML::Exception& error) {
    return absl::InvalidArgumentError(absl::StrCat("Falco's configuration ", file.path, ", line ",
                                                   error.mark.line + 1, ": ", error.msg));
  }
}

absl::Status TakeIncludes(const FalcoVersion& version, ConfigReader read, Merger* merger) {
  if (!version.AtLeast(0, 38)) return absl::OkStatus();
  const bool has_strategies = version.AtLeast(0, 41);
  for (const YAML::Node& include : merger->includes()) {
    const Strategy strategy = has_strategies ? StrategyOf(include) : Strategy::kOverride;
    BENCH_ASSIGN_OR_RETURN(const std::vector<ConfigText> files, read(merger->PathOf(include)));
    for (const ConfigText& file : files) {
      BENCH_ASSIGN_OR_RETURN(const YAML::Node included, Parse(file));
      merger->TakeFile(included, strategy);
      merger->merged().files.push_back(file.path);
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<MergedConfig> Merge(const FalcoArguments& arguments, const FalcoVersion& version,
                                   ConfigReader read) {
  BENCH_ASSIGN_OR_RETURN(const std::vector<ConfigText> main, read(arguments.config));
  if (main.empty()) {
    return absl::NotFoundError(
        absl::StrCat("Falco's configuration ", arguments.config, " is not there"));
  }
  Merger merger(version.AtLeast(0, 36) ? &arguments.environment : nullptr);
  BENCH_ASSIGN_OR_RETURN(const YAML::Node parsed, Parse(main.front()));
  merger.TakeMain(parsed);
  merger.merged().files.push_back(main.front().path);
  const bool includes_win = version.AtLeast(0, 38) && !version.AtLeast(0, 41);
  for (const std::string& assignment : arguments.overrides) {
    if (includes_win || absl::StartsWith(assignment, kIncludes)) merger.TakeOverride(assignment);
  }
  BENCH_RETURN_IF_ERROR(TakeIncludes(version, read, &merger));
  for (const std::string& assignment : arguments.overrides) {
    if (!includes_win && !absl::StartsWith(assignment, kIncludes)) merger.TakeOverride(assignment);
  }
  return std::move(merger.merged());
}

}  // namespace

std::vector<std::string> LostOverrides(const MergedConfig& merged,
                                       const std::vector<std::string>& overrides) {
  std::vector<std::string> lost;
  for (const std::string& assignment : overrides) {
    const std::pair<std::string, std::string> parts =
        absl::StrSplit(assignment, absl::MaxSplits('=', 1));
    const auto& [key, value] = parts;
    if (absl::EndsWith(key, "[]") || absl::StartsWith(value, "{")) continue;
    const auto found = merged.scalars.find(key);
    if (found == merged.scalars.end() || found->second != value) lost.push_back(assignment);
  }
  return lost;
}

absl::StatusOr<MergedConfig> MergeConfig(const FalcoArguments& arguments,
                                         const FalcoVersion& version, ConfigReader read) {
  try {  // yaml-cpp throws, also where it only converts
    return Merge(arguments, version, read);
  } catch (const std::exception& error) {
    return absl::InvalidArgumentError(
        absl::StrCat("Falco's configuration ", arguments.config, ": ", error.what()));
  }
}

}  // namespace bench
