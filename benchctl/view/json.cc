#include "benchctl/view/json.h"

#include "google/protobuf/util/json_util.h"

namespace bench {

std::string RenderJson(const google::protobuf::Message& message, JsonLayout layout) {
  google::protobuf::util::JsonPrintOptions options;
  options.add_whitespace = layout == JsonLayout::kPretty;
  options.always_print_primitive_fields = true;
  options.preserve_proto_field_names = true;
  std::string json;
  // Fails only for an Any of an unknown type and for times out of range; we have neither.
  auto status = google::protobuf::util::MessageToJsonString(message, &json, options);
  if (!status.ok()) return "null\n";
  if (json.empty() || json.back() != '\n') json.push_back('\n');
  return json;
}

}  // namespace bench
