#include "worker/falco/stats_line.h"

#include <string_view>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "simdjson.h"
#include "worker/falco/counter_line.h"
#include "worker/falco/counter_value.h"

namespace bench {
namespace {

namespace dom = simdjson::dom;

absl::Status NoStatistics(absl::string_view why) {
  return absl::InvalidArgumentError(absl::StrCat("not a line of Falco's -s statistics: ", why));
}

// The object alone: without the comma behind it, and without the brackets of a list that somebody
// made of the lines.
absl::string_view WithoutListSyntax(absl::string_view line) {
  for (size_t before = line.size() + 1; before != line.size();) {
    before = line.size();
    line = absl::StripAsciiWhitespace(line);
    if (!absl::ConsumePrefix(&line, "[")) absl::ConsumePrefix(&line, ",");
    if (!absl::ConsumeSuffix(&line, "]")) absl::ConsumeSuffix(&line, ",");
  }
  return line;
}

int64_t CountAt(const dom::object& counters, std::string_view key) {
  dom::element value;
  return counters[key].get(value) ? 0 : ToCount(value);
}

}  // namespace

absl::StatusOr<std::optional<CounterReading>> ParseStatsLine(absl::string_view line,
                                                             absl::Time at) {
  const absl::string_view text = WithoutListSyntax(line);
  if (text.empty()) return std::nullopt;
  dom::parser parser;
  dom::element root;
  auto error = parser.parse(text.data(), text.size()).get(root);
  if (error) return NoStatistics(simdjson::error_message(error));
  dom::element sample;
  if (root["sample"].get(sample)) return NoStatistics("it has no sample number");
  dom::element fields;
  if (!root["output_fields"].get(fields)) return ParseCounterLine(text);

  dom::element current;
  if (root["cur"].get(current) && root["syscall"]["cur"].get(current)) return std::nullopt;
  dom::object counters;
  dom::element events;
  if (current.get_object().get(counters) || counters["events"].get(events)) {
    return NoStatistics("its \"cur\" counts no events");
  }
  CounterReading reading;
  reading.at = at;
  reading.kernel_events = ToCount(events);
  reading.kernel_drops = CountAt(counters, "drops");
  reading.other_drops = CountAt(counters, "preemptions");
  reading.tells_processed = false;
  reading.tells_rule_matches = false;
  reading.sample = ToCount(sample);
  return reading;
}

}  // namespace bench
