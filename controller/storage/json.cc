#include "controller/storage/json.h"

#include <memory>

#include "absl/strings/str_cat.h"
#include "google/protobuf/struct.pb.h"
#include "google/protobuf/util/json_util.h"

namespace bench {
namespace {

// For Struct and ListValue of strings, which always have a JSON form.
std::string Printed(const google::protobuf::Message& message) {
  std::string json;
  return google::protobuf::util::MessageToJsonString(message, &json).ok() ? json : "null";
}

}  // namespace

absl::StatusOr<std::string> ToJson(const google::protobuf::Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  options.always_print_primitive_fields = true;
  std::string json;
  auto status = google::protobuf::util::MessageToJsonString(message, &json, options);
  if (!status.ok()) return absl::InternalError(absl::StrCat("JSON: ", status.ToString()));
  return json;
}

absl::Status FromJson(const std::string& json, google::protobuf::Message* message) {
  google::protobuf::util::JsonParseOptions options;
  options.ignore_unknown_fields = true;
  auto status = google::protobuf::util::JsonStringToMessage(json, message, options);
  if (!status.ok()) return absl::DataLossError(absl::StrCat("stored JSON: ", status.ToString()));
  return absl::OkStatus();
}

absl::Status FromJsonField(absl::string_view field, absl::string_view json,
                           google::protobuf::Message* message) {
  std::unique_ptr<google::protobuf::Message> part(message->New());
  absl::Status read = FromJson(absl::StrCat("{\"", field, "\": ", json, "}"), part.get());
  if (read.ok()) message->MergeFrom(*part);
  return read;
}

std::string ToJsonObject(const std::map<std::string, std::string>& values) {
  google::protobuf::Struct object;
  for (const auto& [key, value] : values) (*object.mutable_fields())[key].set_string_value(value);
  return Printed(object);
}

std::map<std::string, std::string> FromJsonObject(const std::string& json) {
  google::protobuf::Struct object;
  FromJson(json, &object).IgnoreError();
  std::map<std::string, std::string> values;
  for (const auto& [key, value] : object.fields()) values[key] = value.string_value();
  return values;
}

std::string ToJsonArray(const google::protobuf::RepeatedPtrField<std::string>& values) {
  google::protobuf::ListValue list;
  for (const std::string& value : values) list.add_values()->set_string_value(value);
  return Printed(list);
}

std::vector<std::string> FromJsonArray(const std::string& json) {
  google::protobuf::ListValue list;
  FromJson(json, &list).IgnoreError();
  std::vector<std::string> values;
  for (const auto& value : list.values()) values.push_back(value.string_value());
  return values;
}

}  // namespace bench
