#include "worker/falco/falco_files.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "worker/falco/config_source.h"

namespace bench {
namespace {

// The second is the name of before 0.38, still understood; both at once are an error of Falco's.
std::vector<std::string> ConfiguredRules(const MergedConfig& merged) {
  for (const char* key : {"rules_files", "rules_file"}) {
    if (const auto list = merged.lists.find(key); list != merged.lists.end()) return list->second;
    const auto text = merged.scalars.find(key);
    if (text != merged.scalars.end()) return {text->second};
  }
  return {};
}

// Since 0.41 Falco passes over files that don't look like YAML.
bool IsRulesFile(absl::string_view path, const FalcoVersion& version) {
  return !version.AtLeast(0, 41) || absl::EndsWith(path, ".yaml") || absl::EndsWith(path, ".yml");
}

}  // namespace

FalcoFiles ListFalcoFiles(const MergedConfig& merged, const FalcoArguments& arguments,
                          const FalcoVersion& version, const std::string& root,
                          const std::string& cwd) {
  FalcoFiles files;
  files.config = merged.files;
  for (const std::string& entry :
       arguments.rules.empty() ? ConfiguredRules(merged) : arguments.rules) {
    for (std::string& file : RegularFilesAt(PathFrom(cwd, entry), root)) {
      if (IsRulesFile(file, version)) files.rules.push_back(std::move(file));
    }
  }
  return files;
}

}  // namespace bench
