#include "worker/sensor/output/json_text.h"

#include <cstdio>

#include "absl/strings/str_cat.h"

namespace bench::sensor {
namespace {

// The length of the well-formed UTF-8 sequence that `text` begins with; 0 = it doesn't.
size_t SequenceLength(absl::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(text[i]); };
  const auto follows = [&](size_t i) { return i < text.size() && (byte(i) & 0xC0) == 0x80; };
  const uint8_t lead = byte(0);
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return follows(1) ? 2 : 0;
  if (lead >= 0xE0 && lead <= 0xEF) {
    if (!follows(1) || !follows(2)) return 0;
    if (lead == 0xE0 && byte(1) < 0xA0) return 0;   // could have been shorter
    if (lead == 0xED && byte(1) >= 0xA0) return 0;  // a surrogate
    return 3;
  }
  if (lead >= 0xF0 && lead <= 0xF4) {
    if (!follows(1) || !follows(2) || !follows(3)) return 0;
    if (lead == 0xF0 && byte(1) < 0x90) return 0;
    if (lead == 0xF4 && byte(1) >= 0x90) return 0;  // beyond U+10FFFF
    return 4;
  }
  return 0;
}

void AppendEscaped(char c, std::string& out) {
  switch (c) {
    case '"':
      out.append("\\\"");
      return;
    case '\\':
      out.append("\\\\");
      return;
    case '\n':
      out.append("\\n");
      return;
    case '\t':
      out.append("\\t");
      return;
    case '\r':
      out.append("\\r");
      return;
    default: {
      char code[8];
      snprintf(code, sizeof code, "\\u%04x", static_cast<unsigned>(static_cast<uint8_t>(c)));
      out.append(code);
    }
  }
}

}  // namespace

void AppendJsonString(absl::string_view text, std::string& out) {
  out.push_back('"');
  while (!text.empty()) {
    const char c = text.front();
    size_t length = SequenceLength(text);
    if (length == 0) {
      out.append("\xEF\xBF\xBD");
      length = 1;
    } else if (c == '"' || c == '\\' || static_cast<uint8_t>(c) < 0x20) {
      AppendEscaped(c, out);
    } else {
      out.append(text.data(), length);
    }
    text.remove_prefix(length);
  }
  out.push_back('"');
}

void JsonObject::Key(absl::string_view key) {
  if (!first_) out_->push_back(',');
  first_ = false;
  AppendJsonString(key, *out_);
  out_->push_back(':');
}

void JsonObject::Text(absl::string_view key, absl::string_view value) {
  Key(key);
  AppendJsonString(value, *out_);
}

void JsonObject::Integer(absl::string_view key, int64_t value) {
  Key(key);
  absl::StrAppend(out_, value);
}

void JsonObject::Real(absl::string_view key, double value) {
  Key(key);
  char text[64];
  int n = snprintf(text, sizeof text, "%.1f", value);
  out_->append(text, static_cast<size_t>(n));
}

void JsonObject::Null(absl::string_view key) {
  Raw(key, "null");
}

void JsonObject::Raw(absl::string_view key, absl::string_view json) {
  Key(key);
  out_->append(json.data(), json.size());
}

}  // namespace bench::sensor
