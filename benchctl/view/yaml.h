#pragma once

#include <string>

#include "google/protobuf/message.h"

namespace bench {

// What RenderJson tells, as YAML in block style: the same names in the same order. A string stays
// one for every reader, also where it looks like a number, a truth or a date. Ends with a line
// break. Pure and thread-safe.
std::string RenderYaml(const google::protobuf::Message& message);

}  // namespace bench
