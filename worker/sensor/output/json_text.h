// Writing JSON, piece by piece, as fast as an alert a few microseconds apart needs it. Pure.
#pragma once

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace bench::sensor {

// Appends `text` as a JSON string with its quotes. Names of files are bytes: what is no UTF-8
// becomes U+FFFD, so that every reader takes the line.
void AppendJsonString(absl::string_view text, std::string& out);

// Writes one object: {"a":1,"b":"x"}. The pieces come in the caller's order.
class JsonObject {
 public:
  explicit JsonObject(std::string* out) : out_(out) { out_->push_back('{'); }
  void Text(absl::string_view key, absl::string_view value);
  void Integer(absl::string_view key, int64_t value);
  void Real(absl::string_view key, double value);  // one decimal
  void Null(absl::string_view key);
  // `json` is JSON already.
  void Raw(absl::string_view key, absl::string_view json);
  void Close() { out_->push_back('}'); }

 private:
  void Key(absl::string_view key);
  std::string* out_;
  bool first_ = true;
};

}  // namespace bench::sensor
