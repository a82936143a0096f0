#include "worker/falco/falco_files.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <exception>
#include <filesystem>
#include <optional>
#include <system_error>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace bench {
namespace {

namespace fs = std::filesystem;

// How an included file's list meets the one that is there already.
enum class Merge { kAppend, kReplace, kAddOnly };

// Before 0.41 an included file's key replaced the main file's; since then its `strategy` says what
// happens, and a list is appended to where it says nothing.
Merge MergeOf(const YAML::Node& include, const FalcoVersion& version) {
  if (!version.AtLeast(0, 41)) return Merge::kReplace;
  const auto strategy = include.IsMap() ? include["strategy"].as<std::string>("") : "";
  if (strategy == "override") return Merge::kReplace;
  return strategy == "add-only" ? Merge::kAddOnly : Merge::kAppend;
}

// A key that may be a text or a list of them; unset where the file doesn't have it.
std::optional<std::vector<std::string>> Texts(const YAML::Node& file, const char* key) {
  if (!file.IsMap() || !file[key]) return std::nullopt;
  const YAML::Node value = file[key];
  if (value.IsScalar()) return std::vector<std::string>{value.as<std::string>()};
  std::vector<std::string> texts;
  for (const YAML::Node& each : value) texts.push_back(each.as<std::string>());
  return texts;
}

// The configuration as far as it names rules.
class RulesEntries {
 public:
  void Take(const YAML::Node& file, Merge merge) {
    for (Key& key : keys_) {
      std::optional<std::vector<std::string>> more = Texts(file, key.name);
      if (!more || (merge == Merge::kAddOnly && key.entries)) continue;
      const bool append = merge == Merge::kAppend && key.entries && file[key.name].IsSequence();
      if (append) {
        key.entries->insert(key.entries->end(), more->begin(), more->end());
      } else {
        key.entries = *std::move(more);
      }
    }
  }
  std::vector<std::string> entries() const {
    for (const Key& key : keys_) {
      if (key.entries) return *key.entries;
    }
    return {};
  }

 private:
  struct Key {
    const char* name;
    std::optional<std::vector<std::string>> entries;
  };
  // The second is the name of before 0.38, still understood; both at once are an error of Falco's.
  std::vector<Key> keys_ = {{"rules_files", {}}, {"rules_file", {}}};
};

// Since 0.41 Falco passes over files that don't look like YAML.
bool IsRulesFile(absl::string_view path, const FalcoVersion& version) {
  return !version.AtLeast(0, 41) || absl::EndsWith(path, ".yaml") || absl::EndsWith(path, ".yml");
}

}  // namespace

std::vector<std::string> RegularFilesAt(const std::string& path) {
  std::error_code error;
  std::vector<std::string> files;
  if (fs::is_regular_file(path, error)) files.push_back(path);
  if (fs::is_directory(path, error)) {
    for (const fs::directory_entry& entry : fs::directory_iterator(path, error)) {
      if (entry.is_regular_file(error)) files.push_back(entry.path().string());
    }
    std::sort(files.begin(), files.end());
  }
  return files;
}

absl::StatusOr<FalcoFiles> ListFalcoFiles(const std::string& config, const FalcoVersion& version) {
  FalcoFiles files;
  files.config.push_back(config);
  RulesEntries rules;
  try {  // yaml-cpp throws
    const YAML::Node main = YAML::LoadFile(config);
    rules.Take(main, Merge::kReplace);
    const YAML::Node includes = main.IsMap() ? main["config_files"] : YAML::Node();
    for (const YAML::Node& include : includes) {
      const auto path = (include.IsMap() ? include["path"] : include).as<std::string>("");
      for (const std::string& file : RegularFilesAt(path)) {
        files.config.push_back(file);
        rules.Take(YAML::LoadFile(file), MergeOf(include, version));
      }
    }
  } catch (const std::exception& error) {
    return absl::InvalidArgumentError(
        absl::StrCat("Falco's configuration ", files.config.back(), ": ", error.what()));
  }
  for (const std::string& entry : rules.entries()) {
    for (std::string& file : RegularFilesAt(entry)) {
      if (IsRulesFile(file, version)) files.rules.push_back(std::move(file));
    }
  }
  return files;
}

}  // namespace bench
