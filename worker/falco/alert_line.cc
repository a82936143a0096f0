#include "worker/falco/alert_line.h"

#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "worker/falco/rfc3339.h"

namespace bench {
namespace {

absl::Status NoAlert(absl::string_view why) {
  return absl::InvalidArgumentError(absl::StrCat("not an alert: ", why));
}

absl::Status NoAlert(simdjson::error_code error) {
  return NoAlert(simdjson::error_message(error));
}

absl::string_view View(std::string_view text) {
  return {text.data(), text.size()};
}

}  // namespace

absl::StatusOr<ParsedAlert> AlertParser::Parse(absl::string_view line) {
  if (padded_.size() < line.size() + simdjson::SIMDJSON_PADDING) {
    padded_.resize(2 * line.size() + simdjson::SIMDJSON_PADDING);
  }
  if (!line.empty()) std::memcpy(padded_.data(), line.data(), line.size());

  simdjson::ondemand::document document;
  auto error = parser_.iterate(padded_.data(), line.size(), padded_.size()).get(document);
  if (error) return NoAlert(error);
  simdjson::ondemand::object object;
  if (error = document.get_object().get(object); error) return NoAlert(error);

  ParsedAlert alert;
  std::string_view rule;
  std::string_view source;
  std::string_view time;
  // A value that isn't asked for is stepped over without being decoded.
  for (auto field : object) {
    std::string_view key;
    if (error = field.unescaped_key().get(key); error) return NoAlert(error);
    std::string_view* wanted = key == "rule"     ? &rule
                               : key == "source" ? &source
                               : key == "time"   ? &time
                                                 : nullptr;
    if (wanted == nullptr) continue;
    // In Falco all three are strings, a source that isn't known may be null.
    simdjson::ondemand::value value;
    if (error = field.value().get(value); error) return NoAlert(error);
    bool null = false;
    if (error = value.is_null().get(null); error) return NoAlert(error);
    if (null) continue;
    if (error = value.get_string().get(*wanted); error) return NoAlert(error);
  }
  // Two on a line were torn or never one: of which is the marker?
  const char* rest = nullptr;
  if (!document.current_location().get(rest)) return NoAlert("something follows it on its line");
  if (rule.empty()) return NoAlert("it names no rule");
  alert.rule = View(rule);
  alert.internal = source == "internal";
  alert.has_marker = !marker_.empty() && line.find(marker_) != absl::string_view::npos;
  if (std::optional<absl::Time> parsed = ParseRfc3339(View(time))) {
    alert.event_time = *parsed;
    return alert;
  }
  rule_.assign(rule);  // reading anew overwrites what `rule` points to
  alert.rule = rule_;
  absl::StatusOr<absl::Time> from_field = EventTimeField(line.size());
  if (!from_field.ok()) return from_field.status();
  alert.event_time = *from_field;
  return alert;
}

absl::StatusOr<absl::Time> AlertParser::EventTimeField(size_t length) {
  simdjson::ondemand::document document;
  auto error = parser_.iterate(padded_.data(), length, padded_.size()).get(document);
  if (error) return NoAlert(error);
  simdjson::ondemand::value value;
  error = document["output_fields"]["evt.time"].get(value);
  if (error) return NoAlert("it has no time");
  int64_t nanoseconds = 0;
  if (!value.get_int64().get(nanoseconds)) return absl::FromUnixNanos(nanoseconds);
  std::string_view text;
  if (!value.get_string().get(text) && absl::SimpleAtoi(View(text), &nanoseconds)) {
    return absl::FromUnixNanos(nanoseconds);
  }
  return NoAlert("its evt.time is no number of nanoseconds");
}

}  // namespace bench
