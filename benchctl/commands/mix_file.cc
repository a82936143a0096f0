#include "benchctl/commands/mix_file.h"

#include <set>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/status/status_macros.h"
#include "yaml-cpp/yaml.h"

namespace bench {
namespace {

constexpr absl::string_view kFillerKinds[] = {"open", "read", "write", "connect", "exec"};

template <typename... Parts>
absl::Status Wrong(const YAML::Mark& mark, const Parts&... parts) {
  return absl::InvalidArgumentError(absl::StrCat("line ", mark.line + 1, ": ", parts...));
}

absl::StatusOr<int> WeightOf(const std::string& name, const YAML::Node& node) {
  int weight = 0;
  if (!node.IsScalar() || !absl::SimpleAtoi(node.Scalar(), &weight) || weight < 1) {
    return Wrong(node.Mark(), "the weight of ", name, " is not a whole number from 1; try ", name,
                 ": 1");
  }
  return weight;
}

absl::StatusOr<std::string> FillerNamed(const YAML::Node& kind) {
  for (absl::string_view known : kFillerKinds) {
    if (kind.Scalar() == known) {
      return known == "open" ? "filler" : absl::StrCat("filler-", known);
    }
  }
  return Wrong(kind.Mark(), "no filler of the kind \"", kind.Scalar(),
               "\"; there are: ", absl::StrJoin(kFillerKinds, ", "));
}

absl::Status AddParts(const std::string& key, const YAML::Node& section, MixFile* file) {
  if (!section.IsMap()) {
    return Wrong(section.Mark(), key, " is not a list of NAME: WEIGHT; try\n  ", key, ":\n    ",
                 key == "filler" ? "open" : "ReadSensitiveFileUntrusted", ": 1");
  }
  std::set<std::string> seen;
  for (const auto& entry : section) {
    v1::MixPart part;
    part.set_action(entry.first.Scalar());
    if (!seen.insert(part.action()).second) {
      return Wrong(entry.first.Mark(), part.action(), " stands there twice; add the weights up");
    }
    BENCH_ASSIGN_OR_RETURN(const int weight, WeightOf(part.action(), entry.second));
    part.set_weight(weight);
    if (key == "filler") {
      BENCH_ASSIGN_OR_RETURN(std::string name, FillerNamed(entry.first));
      part.set_action(name);
    }
    file->parts.push_back(part);
  }
  return absl::OkStatus();
}

absl::StatusOr<MixFile> FromYaml(const YAML::Node& root) {
  if (!root.IsMap()) {
    return absl::InvalidArgumentError(
        "it holds no \"actions:\" and no \"filler:\"; try\n  filler:\n    open: 1");
  }
  MixFile file;
  std::set<std::string> seen;
  for (const auto& entry : root) {
    const std::string& key = entry.first.Scalar();
    if (!seen.insert(key).second) {
      return Wrong(entry.first.Mark(), key, " stands there twice; put it together");
    }
    if (key == "actions" || key == "filler") {
      BENCH_RETURN_IF_ERROR(AddParts(key, entry.second, &file));
    } else if (key != "processes" && key != "pinning") {
      return Wrong(entry.first.Mark(), "\"", key,
                   "\" is none of actions, filler, processes, pinning");
    } else if (!entry.second.IsScalar()) {
      return Wrong(entry.second.Mark(), key, " is not a single value");
    } else {
      (key == "processes" ? file.processes : file.pinning) = entry.second.Scalar();
    }
  }
  if (file.parts.empty()) {
    return absl::InvalidArgumentError(
        "it names no action and no filler; try\n  filler:\n    open: 1");
  }
  return file;
}

}  // namespace

absl::StatusOr<MixFile> ParseMixFile(const std::string& yaml) {
  // yaml-cpp throws; nothing passes this function.
  try {
    return FromYaml(YAML::Load(yaml));
  } catch (const YAML::Exception& error) {
    return absl::InvalidArgumentError(absl::StrCat("it is not YAML: ", error.what()));
  }
}

}  // namespace bench
