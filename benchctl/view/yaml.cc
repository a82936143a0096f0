#include "benchctl/view/yaml.h"

#include <string_view>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "benchctl/view/json.h"
#include "simdjson.h"
#include "yaml-cpp/yaml.h"

namespace bench {
namespace {

// Of what yaml-cpp would write without quotes, that which readers may take for something else: YAML
// 1.1 knows numbers, dates, `yes`, `off` and `~`. Words that begin with a letter are left.
bool NeedsQuotes(absl::string_view text) {
  if (text.empty() || !absl::ascii_isalpha(static_cast<unsigned char>(text[0]))) return true;
  for (absl::string_view word : {"y", "n", "yes", "no", "on", "off", "true", "false", "null"}) {
    if (absl::EqualsIgnoreCase(text, word)) return true;
  }
  return false;
}

void EmitText(const std::string& text, YAML::Emitter& out) {
  if (NeedsQuotes(text)) out << YAML::DoubleQuoted;
  out << text;
}

void Emit(const simdjson::dom::element& value, YAML::Emitter& out) {
  simdjson::dom::object object;
  simdjson::dom::array array;
  std::string_view text;
  if (value.get(object) == simdjson::SUCCESS) {
    if (object.size() == 0) out << YAML::Flow;
    out << YAML::BeginMap;
    for (const auto& [key, member] : object) {
      out << YAML::Key;
      EmitText(std::string(key), out);
      out << YAML::Value;
      Emit(member, out);
    }
    out << YAML::EndMap;
  } else if (value.get(array) == simdjson::SUCCESS) {
    if (array.size() == 0) out << YAML::Flow;
    out << YAML::BeginSeq;
    for (const simdjson::dom::element& element : array) Emit(element, out);
    out << YAML::EndSeq;
  } else if (value.get(text) == simdjson::SUCCESS) {
    EmitText(std::string(text), out);
  } else {
    out << simdjson::minify(value);  // a number, a truth, or null
  }
}

}  // namespace

std::string RenderYaml(const google::protobuf::Message& message) {
  const std::string json = RenderJson(message, JsonLayout::kOneLine);
  simdjson::dom::parser parser;
  simdjson::dom::element root;
  // Fails only for what protobuf would have to write wrongly.
  if (parser.parse(json).get(root) != simdjson::SUCCESS) return "null\n";
  YAML::Emitter out;
  Emit(root, out);
  return std::string(out.c_str()) + "\n";
}

}  // namespace bench
