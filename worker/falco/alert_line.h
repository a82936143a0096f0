// Reads the alerts that Falco and the reference sensor print, one JSON object a line.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "simdjson.h"

namespace bench {

struct ParsedAlert {
  absl::Time event_time;
  absl::string_view rule;  // valid until the next Parse
  bool has_marker = false;
  bool internal = false;  // the sensor about itself ("syscall event drop"): no alert of any load
};

// Looks at no more than it needs, several 100k alerts/s a core. Keeps its buffers between calls.
// Not thread-safe.
class AlertParser {
 public:
  // Empty: no alert has it.
  void set_marker(const std::string& marker) { marker_ = marker; }

  // INVALID_ARGUMENT for whatever is no alert: not JSON, without a rule, without a time. The time
  // is `time` (RFC 3339), else output_fields["evt.time"] (nanoseconds since the epoch).
  absl::StatusOr<ParsedAlert> Parse(absl::string_view line);

 private:
  absl::StatusOr<absl::Time> EventTimeField(size_t length);

  std::string marker_;
  std::string rule_;
  std::vector<char> padded_;  // the line, and the slack behind it that simdjson reads over
  simdjson::ondemand::parser parser_;
};

}  // namespace bench
