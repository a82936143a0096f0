#include "worker/sensor/output/alert_format.h"

#include <cstdio>
#include <ctime>
#include <map>
#include <variant>

#include "absl/strings/str_cat.h"
#include "worker/sensor/output/json_text.h"

namespace bench::sensor {
namespace {

constexpr int64_t kNsPerSec = 1'000'000'000;

void AddField(const std::string& key, const FieldValue& value, JsonObject& fields) {
  if (const auto* number = std::get_if<int64_t>(&value)) {
    fields.Integer(key, *number);
  } else if (const auto* text = std::get_if<std::string>(&value)) {
    fields.Text(key, *text);
  } else {
    fields.Null(key);
  }
}

void AppendPlain(const FieldValue& value, std::string& out) {
  if (const auto* number = std::get_if<int64_t>(&value)) {
    absl::StrAppend(&out, *number);
  } else if (const auto* text = std::get_if<std::string>(&value)) {
    out.append(*text);
  } else {
    out.append("<NA>");
  }
}

}  // namespace

std::string FormatTimestamp(int64_t time_ns) {
  const time_t seconds = time_ns / kNsPerSec;
  tm utc = {};
  gmtime_r(&seconds, &utc);
  char text[64];
  size_t n = strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &utc);
  n += static_cast<size_t>(
      snprintf(text + n, sizeof text - n, ".%09lld", static_cast<long long>(time_ns % kNsPerSec)));
  return std::string(text, n);
}

void AppendAlert(const Rule& rule, const EventContext& event, absl::string_view hostname,
                 std::string& out) {
  const std::string time = FormatTimestamp(event.time_ns);
  std::string output = absl::StrCat(time, "+0000: ", rule.priority, " ");
  std::map<std::string, FieldValue> values;  // by name: the order in which Falco prints them
  for (const OutputPiece& piece : rule.output) {
    if (!piece.is_field) {
      output.append(piece.text);
      continue;
    }
    const FieldValue& value =
        values.insert_or_assign(piece.text, Extract(piece.field, event)).first->second;
    AppendPlain(value, output);
  }
  values["evt.time"] = event.time_ns;
  values["evt.time.iso8601"] = event.time_ns;

  std::string fields_json;
  JsonObject fields(&fields_json);
  for (const auto& [key, value] : values) AddField(key, value, fields);
  fields.Close();
  std::string tags_json = "[";
  for (const std::string& tag : rule.tags) {
    if (tags_json.size() > 1) tags_json.push_back(',');
    AppendJsonString(tag, tags_json);
  }
  tags_json.push_back(']');

  JsonObject alert(&out);
  alert.Text("hostname", hostname);
  alert.Text("output", output);
  alert.Raw("output_fields", fields_json);
  alert.Text("priority", rule.priority);
  alert.Text("rule", rule.name);
  alert.Text("source", "syscall");
  alert.Raw("tags", tags_json);
  alert.Text("time", absl::StrCat(time, "Z"));
  alert.Close();
  out.push_back('\n');
}

}  // namespace bench::sensor
