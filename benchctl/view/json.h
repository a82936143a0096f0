#pragma once

#include <string>

#include "google/protobuf/message.h"

namespace bench {

enum class JsonLayout { kPretty, kOneLine };

// protobuf's JSON mapping with the proto's field names, enums as names and primitive fields always
// printed; ends with a line break. Pure and thread-safe.
std::string RenderJson(const google::protobuf::Message& message, JsonLayout layout);

}  // namespace bench
