// Messages and small collections as the JSON columns keep them. Pure.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/map.h"
#include "google/protobuf/message.h"
#include "google/protobuf/repeated_field.h"

namespace bench {

// Protobuf's JSON mapping with proto field names, defaults printed.
absl::StatusOr<std::string> ToJson(const google::protobuf::Message& message);
// Fields that this program doesn't know are passed over.
absl::Status FromJson(const std::string& json, google::protobuf::Message* message);

// The value of one field, e.g. [{…}, …] of a repeated one, appended to what the message holds.
absl::Status FromJsonField(absl::string_view field, absl::string_view json,
                           google::protobuf::Message* message);

// {"key": "value", …}
std::string ToJsonObject(const std::map<std::string, std::string>& values);
std::map<std::string, std::string> FromJsonObject(const std::string& json);
// ["a", "b"]
std::string ToJsonArray(const google::protobuf::RepeatedPtrField<std::string>& values);
std::vector<std::string> FromJsonArray(const std::string& json);
// [{…}, …]
template <typename T>
absl::StatusOr<std::string> ToJsonArray(const google::protobuf::RepeatedPtrField<T>& messages) {
  std::string json = "[";
  for (const T& message : messages) {
    absl::StatusOr<std::string> one = ToJson(message);
    if (!one.ok()) return one.status();
    absl::StrAppend(&json, json.size() > 1 ? ", " : "", *one);
  }
  return json + "]";
}

}  // namespace bench
