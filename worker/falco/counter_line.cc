#include "worker/falco/counter_line.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "simdjson.h"
#include "worker/falco/counter_value.h"

namespace bench {
namespace {

namespace dom = simdjson::dom;

absl::string_view View(std::string_view text) {
  return {text.data(), text.size()};
}

absl::Status NoSnapshot(absl::string_view why) {
  return absl::InvalidArgumentError(absl::StrCat("not a snapshot of counters: ", why));
}

// The counters that go into the reading under their own names.
int64_t* CountFor(absl::string_view key, CounterReading& reading) {
  struct Field {
    absl::string_view key;
    int64_t CounterReading::*member;
  };
  static constexpr Field kFields[] = {
      {"scap.n_evts", &CounterReading::kernel_events},
      {"scap.n_drops_buffer_total", &CounterReading::kernel_drops},
      {"falco.num_evts", &CounterReading::processed_events},
      {"falco.rules.matches_total", &CounterReading::rule_matches},
      {"falco.outputs_queue_num_drops", &CounterReading::output_queue_drops},
      {"falco.start_ts", &CounterReading::start_ts},
      {"falco.reload_ts", &CounterReading::reload_ts},
  };
  for (const Field& field : kFields) {
    if (key == field.key) return &(reading.*field.member);
  }
  return nullptr;
}

}  // namespace

absl::StatusOr<std::optional<CounterReading>> ParseCounterLine(absl::string_view line) {
  dom::parser parser;
  dom::element root;
  auto error = parser.parse(line.data(), line.size()).get(root);
  if (error) return NoSnapshot(simdjson::error_message(error));
  dom::object fields;
  if (root["output_fields"].get_object().get(fields)) return NoSnapshot("it has no output_fields");

  CounterReading reading;
  reading.tells_rule_matches = false;
  int64_t all_drops = 0;
  int64_t time_ns = 0;
  for (const auto& [std_key, value] : fields) {
    absl::string_view key = View(std_key);
    if (absl::StartsWith(key, "falco.rules.")) reading.tells_rule_matches = true;
    if (int64_t* count = CountFor(key, reading)) {
      *count = ToCount(value);
    } else if (absl::ConsumePrefix(&key, "falco.rules.")) {
      reading.matches_by_rule[std::string(key)] = ToCount(value);
    } else if (key == "scap.n_drops") {
      all_drops = ToCount(value);
    } else if (key == "falco.memory_rss_mb") {
      reading.memory_rss_mb = std::max(ToDouble(value), 0.0);
    } else if (key == "evt.time") {
      time_ns = ToCount(value);
    } else if (key == "evt.source") {
      std::string_view source;
      if (!value.get_string().get(source) && source != "syscall") return std::nullopt;
    }
  }
  if (time_ns == 0) return NoSnapshot("it has no evt.time");
  reading.at = absl::FromUnixNanos(time_ns);
  reading.other_drops = std::max<int64_t>(all_drops - reading.kernel_drops, 0);
  dom::element sample;
  if (!root["sample"].get(sample)) reading.sample = ToCount(sample);
  return reading;
}

}  // namespace bench
